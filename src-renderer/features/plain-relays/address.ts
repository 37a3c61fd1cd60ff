/** Address of a relay's functions. `host`: with its port, if it isn't the scheme's own. */
export type PlainAddress = Readonly<{ api: string; host: string }>;

const FUNCTIONS = '/functions/v1';
const SCHEMES = new Set(['https:', 'http:', 'wss:', 'ws:']);

/**
 * Completes the address of a plain relay as a person typed it: `https://` in front and `/functions/v1` at the end where they are missing. Returns
 * undefined for a text that is no address. The agent checks the rest. Pure.
 */
export function completeAddress(text: string): PlainAddress | undefined {
  const trimmed = text.trim();
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (trimmed === '' || !URL.canParse(full)) return undefined;
  const url = new URL(full);
  const { protocol, host, pathname, username, password, search, hash } = url;
  if (!SCHEMES.has(protocol) || host === '' || `${username}${password}${search}${hash}` !== '') return undefined;
  const path = pathname.replace(/\/+$/, '');
  return { api: `${protocol}//${host}${path.endsWith(FUNCTIONS) ? path : `${path}${FUNCTIONS}`}`, host };
}
