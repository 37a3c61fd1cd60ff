export { endSession } from './end-session.ts';
export { followSession } from './follow-session.ts';
export { useSignOut } from './use-sign-out.ts';
