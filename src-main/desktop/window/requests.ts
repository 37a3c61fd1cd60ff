import { APP_ORIGIN } from '../app-scheme.ts';

/**
 * Whether the page may ask for this at all, below and whatever its policy says.
 * @param developer the developer tools, which are a page of their own, may load themselves
 */
export function isOwnRequest(url: string, developer: boolean): boolean {
  return url.startsWith(`${APP_ORIGIN}/`) || (developer && url.startsWith('devtools://'));
}

/** The one thing a page may ask the system for: to put plain text on the clipboard. */
export function isAllowedPermission(permission: string, origin: string | undefined): boolean {
  return permission === 'clipboard-sanitized-write' && (origin === APP_ORIGIN || origin === `${APP_ORIGIN}/`);
}
