export type { LinkToken } from './link-token.ts';
export { AuthPage } from './auth-page.tsx';
export { ResetPage } from './reset-page.tsx';
export { LinkTokenContext } from './use-link-token.ts';
