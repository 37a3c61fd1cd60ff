export { parseRelayArguments, type RelayCommand } from './arguments.ts';
export { startErrorText } from './start-errors.ts';
export { greeting } from './startup-banner.ts';
