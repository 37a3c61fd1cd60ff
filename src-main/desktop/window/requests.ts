import { APP_ORIGIN } from '../app-scheme.ts';

/**
 * Whether the page may ask for this at all, below and whatever its policy says.
 * @param developer the developer tools, which are a page of their own, may load themselves
 */
export function isOwnRequest(url: string, developer: boolean): boolean {
  return url.startsWith(`${APP_ORIGIN}/`) || (developer && url.startsWith('devtools://'));
}

/** Pictures without sound, for our own page. Whether they are granted is decided by whether the person scans a code. */
export function isCameraAlone(kinds: readonly string[] | undefined, origin: string | undefined): boolean {
  return kinds?.length === 1 && kinds[0] === 'video' && isOwnOrigin(origin);
}

/** The one thing a page may ask the system for at any time: to put plain text on the clipboard. */
export function isAllowedPermission(permission: string, origin: string | undefined): boolean {
  return permission === 'clipboard-sanitized-write' && isOwnOrigin(origin);
}

function isOwnOrigin(origin: string | undefined): boolean {
  return origin === APP_ORIGIN || origin === `${APP_ORIGIN}/`;
}
