export type { RequestInbox, RunRequest } from './types.ts';
