export { decidedRequests } from './decided-requests.ts';
export { createOperatorHandlers } from './handlers.ts';
export { GatewayAdministration } from './administration.ts';
export { RequestError } from './errors.ts';
export { OPERATOR_LIMITS, type OperatorLimits } from './limits.ts';
export { OperatorService, type OperatorServiceOptions } from './service.ts';
export type { RunApprover, RunRequest } from './run-approver.ts';
