import * as z from 'zod';
import { equalBytes, fromBase64Url, toBase64Url, toHex, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { safeParse } from '../safe-parse.ts';

/** Length of the secret in a share link, bytes. */
export const SHARE_SECRET_BYTES = 16;
/** Path of the guest's page at a relay. */
export const SHARE_PAGE = '/j';
/** End of the fragment of a link whose guests type. */
const TYPE_MARK = '.type';
const SHARE_LABEL = toUtf8('clawreach share 1');

const role = z.enum(['view', 'type']);
/** Role of a share's guests: they watch the terminal, or type as well. */
export type GuestRole = z.infer<typeof role>;

/** First message of a guest that isn't let in yet; a handshake begins with another byte (PROTOCOL section 6.4). */
export const GUEST_CLAIM = Uint8Array.of(0x70, 1, 3);

/** Code with which a guest closes its session to leave for good. */
export const GUEST_LEFT = 'guest.left';
/** Code with which the device closes the session of a visit that is over. */
export const VISIT_ENDED = 'share.ended';

/** Params of the one stream that a guest may open. */
export const GUEST_PARAMS = { action: 'guest' } as const;
/** Schema of those params. */
export const guestParams = z.strictObject({ action: z.literal('guest') });

/** Schema of the answer to the guest's stream. Other fields may be added. */
export const guestAccess = z.object({
  role,
  /** Time at which the share ends, ms since 1970. */
  until: z.number().int().min(0),
});
/** Answer to the guest's stream. */
export type GuestAccess = z.infer<typeof guestAccess>;

/** Reports whether a guest's first message is a claim. */
export function isGuestClaim(message: Uint8Array): boolean {
  return equalBytes(message, GUEST_CLAIM);
}

/** Reports whether the params are those of the guest's stream. */
export function isGuestRequest(params: unknown): boolean {
  return safeParse(guestParams, params).success;
}

/** Derives the ID by which a relay knows a share. The relay learns nothing about the secret from it. @returns 32 hexadecimal digits */
export function deriveShareId(crypto: CryptoBackend, secret: Uint8Array): string {
  return toHex(crypto.hkdfSha256(secret, new Uint8Array(0), SHARE_LABEL, 16));
}

/**
 * Formats a share link. The secret is in the fragment, which browsers don't send.
 * @param relayUrl `wss:` or `ws:` URL of the relay
 * @param role what the page tells a guest before it asks to come in
 */
export function createShareLink(relayUrl: string, secret: Uint8Array, role: GuestRole): string {
  if (secret.length !== SHARE_SECRET_BYTES) throw new RangeError(`a secret of ${secret.length} bytes`);
  const { protocol, host } = new URL(relayUrl);
  const fragment = toBase64Url(secret) + (role === 'type' ? TYPE_MARK : '');
  return `${protocol === 'wss:' ? 'https' : 'http'}://${host}${SHARE_PAGE}#${fragment}`;
}

/** Reads the role that a share link announces in its fragment. The device that shares decides it, whatever the link says. */
export function parseShareRole(fragment: string): GuestRole {
  return fragment.endsWith(TYPE_MARK) ? 'type' : 'view';
}

/** Reads the secret in the fragment of a share link, with or without `#`; undefined if it isn't one. */
export function parseShareSecret(fragment: string): Uint8Array | undefined {
  const whole = fragment.startsWith('#') ? fragment.slice(1) : fragment;
  const text = whole.endsWith(TYPE_MARK) ? whole.slice(0, -TYPE_MARK.length) : whole;
  if (!/^[A-Za-z0-9_-]{22}$/.test(text)) return undefined;
  try {
    const secret = fromBase64Url(text);
    // One text for each secret.
    return toBase64Url(secret) === text ? secret : undefined;
  } catch {
    return undefined;
  }
}
