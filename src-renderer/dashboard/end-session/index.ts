export { endSession } from './end-session.ts';
export { followSession } from './follow-session.ts';
export { KeysEnd, SignOutDialog } from './sign-out-dialog.tsx';
export type { SignOutEnds } from './sign-out-ends.ts';
export { readKeysEnd, useSignOut, type SignOut } from './use-sign-out.ts';
