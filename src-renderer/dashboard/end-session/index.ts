export { endSession } from './end-session.ts';
export { followSession } from './follow-session.ts';
export { SignOutDialog } from './sign-out-dialog.tsx';
export { useSignOut, type SignOut } from './use-sign-out.ts';
