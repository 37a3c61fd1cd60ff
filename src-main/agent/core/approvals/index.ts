export { createApprovalHandlers } from './handlers.ts';
export { APPROVAL_LIMITS, ApprovalError, ApprovalStore } from './store.ts';
export type { ApprovalLimits, ApprovalOutcome, ApprovalRequest } from './store.ts';
export { HISTORY_LIMIT } from './history.ts';
export { askAgainText, PAUSE_LIMITS } from './pauses.ts';
export { isTooLong, MOST_REQUEST_TEXT, requestTopic, type RequestText } from './request-text.ts';
