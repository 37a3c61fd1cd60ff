import { fromBase64Url, toBase64Url, toHex, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { ClawReachError } from '../errors.ts';
import { parsePeerId, type PeerId } from '../identity/index.ts';
import { PairingError } from './errors.ts';
import { isRelayUrl, KEY_BYTES } from './relay-fields.ts';

/** Contents of a pairing link or QR code (PROTOCOL section 2). Opening a link only fills in a form; nothing connects before the person clicks. */
export type PairingLink = RelayLink | DirectLink;

/** Link to an inviter at a relay. */
export type RelayLink = Readonly<{
  /** URL with `wss:` or `ws:`, without user, query and fragment, at most 300 characters. */
  relayUrl: string;
  /** Ed25519 public key of the relay, 32 bytes. */
  relayKey: Uint8Array;
  /** SHA-256 of the public key in the relay's TLS certificate, 32 bytes; undefined if a public authority has signed the certificate. */
  tlsPin?: Uint8Array;
  inviter: PeerId;
  /** Random secret, 16 bytes, for one pairing. */
  secret: Uint8Array;
  addresses?: undefined;
}>;

/** Link to an inviter in the same network, without a relay. */
export type DirectLink = Readonly<{
  /** `host:port` of the inviter, IPv6 in brackets, best first, 1 to 4. Only their form is checked here. */
  addresses: readonly string[];
  inviter: PeerId;
  /** Random secret, 16 bytes, for one pairing. */
  secret: Uint8Array;
  relayUrl?: undefined;
}>;

const PREFIX = 'clawreach://pair?';
/** Prefix from programs that add an empty path to the link. */
const PREFIX_WITH_PATH = 'clawreach://pair/?';
const LONGEST_LINK = 1024;
/** Most addresses in a link without a relay. */
export const MOST_LINK_ADDRESSES = 4;
const ADDRESS = /^(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}|\[[0-9a-f:.]{2,45}\]):[1-9][0-9]{0,4}$/;
const SECRET_BYTES = 16;

/** Formats a link. @throws {PairingError} `pairing.link-format` if a part has an invalid form or size */
export function createPairingLink(link: PairingLink): string {
  checkLink(link);
  const fields = [
    'v=1',
    ...(link.relayUrl === undefined
      ? [`at=${encodeURIComponent(link.addresses.join(','))}`]
      : [
          `relay=${encodeURIComponent(link.relayUrl)}`,
          `key=${toBase64Url(link.relayKey)}`,
          ...(link.tlsPin === undefined ? [] : [`tls=${toBase64Url(link.tlsPin)}`]),
        ]),
    `peer=${link.inviter}`,
    `secret=${toBase64Url(link.secret)}`,
  ];
  return PREFIX + fields.join('&');
}

/**
 * Parses a link strictly: each field once, no unknown field, and one spelling per value. Only white space around the link and a slash before the
 * question mark are ignored. Used by the agent, and wherever a person enters or opens a link. Pure.
 * @throws {PairingError} `pairing.link-format`
 */
export function parsePairingLink(text: string): PairingLink {
  if (text.length > LONGEST_LINK) throw badLink();
  const trimmed = text.trim();
  const canonical = trimmed.startsWith(PREFIX_WITH_PATH) ? PREFIX + trimmed.slice(PREFIX_WITH_PATH.length) : trimmed;
  if (!canonical.startsWith(PREFIX)) throw badLink();
  const fields = new Map<string, string>();
  for (const field of canonical.slice(PREFIX.length).split('&')) {
    const equals = field.indexOf('=');
    if (equals < 1 || fields.has(field.slice(0, equals))) throw badLink();
    fields.set(field.slice(0, equals), field.slice(equals + 1));
  }
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw badLink();
    return value;
  };
  const link = attempt((): PairingLink => {
    const common = { inviter: parsePeerId(field('peer')), secret: fromBase64Url(field('secret')) };
    if (fields.has('at')) return { addresses: decodeURIComponent(field('at')).split(','), ...common };
    return {
      relayUrl: decodeURIComponent(field('relay')),
      relayKey: fromBase64Url(field('key')),
      ...(fields.has('tls') ? { tlsPin: fromBase64Url(field('tls')) } : {}),
      ...common,
    };
  });
  // Formatting it again detects other spellings, unknown fields and another order.
  if (createPairingLink(link) !== canonical) throw badLink();
  return link;
}

/**
 * Derives from a link's secret the relay's mailbox and the PSK of the handshake, under separate labels, so that the relay, which sees the mailbox ID,
 * learns nothing about the PSK.
 * @param secret the link's 16 bytes
 * @returns the mailbox ID, 32 hexadecimal digits, and the PSK, 32 bytes
 */
export function deriveLink(crypto: CryptoBackend, secret: Uint8Array): Readonly<{ mailbox: string; psk: Uint8Array }> {
  const none = new Uint8Array(0);
  return {
    mailbox: toHex(crypto.hkdfSha256(secret, none, toUtf8('clawreach pairing link mailbox 1'), 16)),
    psk: crypto.hkdfSha256(secret, none, toUtf8('clawreach pairing link psk 1'), 32),
  };
}

function checkLink(link: PairingLink): void {
  if (link.relayUrl === undefined) {
    const { addresses, secret } = link;
    const isFit = addresses.length > 0 && addresses.length <= MOST_LINK_ADDRESSES && secret.length === SECRET_BYTES;
    if (!isFit || !addresses.every((address) => ADDRESS.test(address))) throw badLink();
    return;
  }
  const sizesFit =
    link.relayKey.length === KEY_BYTES &&
    (link.tlsPin === undefined || link.tlsPin.length === KEY_BYTES) &&
    link.secret.length === SECRET_BYTES;
  if (!sizesFit || !isRelayUrl(link.relayUrl)) throw badLink();
}

function attempt<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // A broken percent escape is a URIError, everything else a FormatError.
    if (error instanceof URIError || error instanceof ClawReachError) throw badLink();
    throw error;
  }
}

function badLink(): PairingError {
  return new PairingError('pairing.link-format', 'this is not a complete pairing link');
}
