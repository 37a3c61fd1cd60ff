export { MessageApi, type MessageApiFiles } from './message-api.ts';
export { MessageChanges } from './message-changes.ts';
