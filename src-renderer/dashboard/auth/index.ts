export { AuthPage } from './auth-page.tsx';
export { ResetPage } from './reset-page.tsx';
