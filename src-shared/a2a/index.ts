export { A2A_ERRORS, A2aError, asA2aError, errorDetails, type A2aReason } from './errors.ts';
export * from './requests.ts';
