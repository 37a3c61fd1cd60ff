export { endSession } from './end-session.ts';
export { useSignOut } from './use-sign-out.ts';
