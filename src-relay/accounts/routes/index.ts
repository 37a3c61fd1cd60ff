/** Routes of accounts under `/api/v1`: `auth/*` and `account/*`. */
export { createAccountRoutes, type AccountRouteName } from './account-routes.ts';
export { createAuthRoutes, type AuthRouteName } from './auth-routes.ts';
