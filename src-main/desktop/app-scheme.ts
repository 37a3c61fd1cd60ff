import type { CustomScheme } from 'electron';

/** Scheme of the window's own address, which serves the program's files only. */
export const APP_SCHEME = 'app';
export const APP_ORIGIN = `${APP_SCHEME}://clawreach`;
export const APP_PAGE = `${APP_ORIGIN}/index.html`;

/**
 * Privileges of the scheme, which must be registered before the application is ready. No `bypassCSP`, service workers
 * or fetch: the page loads its files by its own tags.
 */
export const APP_SCHEME_PRIVILEGES: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, codeCache: true },
};
