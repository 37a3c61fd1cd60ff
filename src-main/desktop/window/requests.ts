import { APP_ORIGIN } from '../app-scheme.ts';

/**
 * Tells whether the page may make this request; a second check below its content policy. `hardenSession` uses the functions of this file. Pure.
 * @param developer true also allows the developer tools, which load as a page of their own
 */
export function isOwnRequest(url: string, developer: boolean): boolean {
  return url.startsWith(`${APP_ORIGIN}/`) || (developer && url.startsWith('devtools://'));
}

/** Tells whether a permission request is for video without audio, from our own page. Whether it is granted depends on the camera gate. */
export function isCameraAlone(kinds: readonly string[] | undefined, origin: string | undefined): boolean {
  return kinds?.length === 1 && kinds[0] === 'video' && isOwnOrigin(origin);
}

/** Tells whether a permission is the only one always granted: writing plain text to the clipboard. */
export function isAllowedPermission(permission: string, origin: string | undefined): boolean {
  return permission === 'clipboard-sanitized-write' && isOwnOrigin(origin);
}

function isOwnOrigin(origin: string | undefined): boolean {
  return origin === APP_ORIGIN || origin === `${APP_ORIGIN}/`;
}
