import type { CustomScheme } from 'electron';

/**
 * URL scheme of the window's page, `app://clawreach/index.html`. It serves the program's own files only. The modules in `window/` use these
 * addresses.
 */
export const APP_SCHEME = 'app';
export const APP_ORIGIN = `${APP_SCHEME}://clawreach`;
export const APP_PAGE = `${APP_ORIGIN}/index.html`;

/**
 * Privileges of the scheme. `start.ts` registers them with Electron before the application is ready. No `bypassCSP`, service workers or fetch: the
 * page loads its files by its own tags.
 */
export const APP_SCHEME_PRIVILEGES: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, codeCache: true },
};
