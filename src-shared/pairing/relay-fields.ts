/** Length of a relay's Ed25519 key, and of the hash of its TLS key, bytes. */
export const KEY_BYTES = 32;
/** Longest URL of a relay in a link or a self-description. */
export const LONGEST_URL = 300;

/** Reports whether a link or a self-description may name a relay with this URL: `ws:` or `wss:`, without user, query and fragment. Pure. */
export function isRelayUrl(text: string): boolean {
  // Printable ASCII only: `new URL` would silently drop line breaks and tabs.
  if (text.length > LONGEST_URL || !/^wss?:\/\/[\u0021-\u007e]+$/.test(text) || /[?#\\]/.test(text)) return false;
  try {
    const url = new URL(text);
    return url.hostname !== '' && url.username === '' && url.password === '';
  } catch {
    return false;
  }
}
