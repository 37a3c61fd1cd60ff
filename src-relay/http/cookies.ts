import type { IncomingMessage } from 'node:http';

/**
 * Name of the cookie that holds a web session. The prefix makes browsers accept it only with `Secure`, with `Path=/` and without `Domain` (RFC 6265bis
 * section 4.1.3), so that no subdomain and no plain page of the same host can set it.
 *
 * It has this name and these attributes on plain HTTP too. Chromium accepts them from `http://localhost` and `http://127.0.0.1`, which is enough for
 * development. On plain HTTP at any other address no browser keeps the cookie, and no one can sign in there.
 */
export const SESSION_COOKIE = '__Host-clawreach';

/** Form of the cookie's value: base64url, so that neither quotes nor escapes exist. */
const VALUE = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Returns the value of the session cookie. Undefined if there is none, it has another form, or the name occurs more than once: then someone else may
 * have set one of them. Pure.
 */
export function readSessionCookie(request: Pick<IncomingMessage, 'headers'>): string | undefined {
  const [value, ...more] = sessionCookies(request);
  return value === undefined || more.length > 0 || !VALUE.test(value) ? undefined : value;
}

/** Reports whether a request has the session cookie in any form. Pure. */
export function hasSessionCookie(request: Pick<IncomingMessage, 'headers'>): boolean {
  return sessionCookies(request).length > 0;
}

/**
 * Returns the `Set-Cookie` header that stores a session. Pure.
 * @param value base64url, at most 128 characters
 * @param maxAge s
 * @throws {TypeError} for a value of another form
 */
export function setSessionCookie(value: string, maxAge: number): string {
  if (!VALUE.test(value)) throw new TypeError('not a value of the session cookie');
  return `${SESSION_COOKIE}=${value}; Max-Age=${Math.max(0, Math.floor(maxAge))}; ${ATTRIBUTES}`;
}

/** Returns the `Set-Cookie` header that removes the session cookie. Pure. */
export function clearSessionCookie(): string {
  return `${SESSION_COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;
}

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** Lists the values of all cookies with exactly this name; Node joins several `Cookie` headers with a semicolon. */
function sessionCookies({ headers }: Pick<IncomingMessage, 'headers'>): string[] {
  return (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair === SESSION_COOKIE || pair.startsWith(`${SESSION_COOKIE}=`))
    .map((pair) => pair.slice(SESSION_COOKIE.length + 1));
}
