import type { CustomScheme } from 'electron';

/** The window's own address. Files of the program, and nothing else, are behind it. */
export const APP_SCHEME = 'app';
export const APP_ORIGIN = `${APP_SCHEME}://clawreach`;
export const APP_PAGE = `${APP_ORIGIN}/index.html`;

/** Has to be said before the application is ready. No `bypassCSP`, no service workers, no fetch: the page gets its files by its own tags. */
export const APP_SCHEME_PRIVILEGES: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, codeCache: true },
};
