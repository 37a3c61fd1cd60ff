export { AccountSessions, type AccountSessionRow, type NewSession } from './account-sessions.ts';
export { viewApiToken, viewSession } from './session-views.ts';
