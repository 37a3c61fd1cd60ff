export { APPROVAL_LIMITS, ApprovalError, ApprovalStore } from './store.ts';
export type { ApprovalLimits, ApprovalOutcome, ApprovalRequest } from './store.ts';
export { HISTORY_LIMIT } from './history.ts';
export { askAgainText, PAUSE_LIMITS } from './pauses.ts';
