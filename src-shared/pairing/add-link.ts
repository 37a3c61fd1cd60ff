import { fromBase64Url, toBase64Url } from '../bytes/index.ts';
import { ClawReachError } from '../errors.ts';
import { parsePeerId, type PeerId } from '../identity/index.ts';
import { PairingError } from './errors.ts';
import { isRelayUrl, KEY_BYTES } from './relay-fields.ts';

/** Contents of a link that asks a device to add another one by its ID (PROTOCOL section 2.3). It contains no secret. */
export type AddLink = Readonly<{
  /** URL with `wss:` or `ws:`, without user, query and fragment, at most 300 characters. */
  relayUrl: string;
  /** Ed25519 public key of the relay, 32 bytes. */
  relayKey: Uint8Array;
  /** Device that waits at the relay. */
  peer: PeerId;
}>;

const PREFIX = 'clawreach://add?';
/** Prefix from programs that add an empty path to the link. */
const PREFIX_WITH_PATH = 'clawreach://add/?';
const LONGEST_LINK = 1024;

/** Formats a link. @throws {PairingError} `pairing.link-format` if a part has an invalid form or size */
export function createAddLink({ relayUrl, relayKey, peer }: AddLink): string {
  if (relayKey.length !== KEY_BYTES || !isRelayUrl(relayUrl)) throw badLink();
  return `${PREFIX}v=1&relay=${encodeURIComponent(relayUrl)}&key=${toBase64Url(relayKey)}&peer=${peer}`;
}

/** Reports whether a text begins like such a link. */
export function isAddLink(text: string): boolean {
  const trimmed = text.trim().toLowerCase();
  return trimmed.startsWith(PREFIX) || trimmed.startsWith(PREFIX_WITH_PATH);
}

/**
 * Parses a link strictly: these fields in this order, and one spelling per value. Opening it only fills in a form: a person compares words. Pure.
 * @throws {PairingError} `pairing.link-format`
 */
export function parseAddLink(text: string): AddLink {
  if (text.length > LONGEST_LINK) throw badLink();
  const trimmed = text.trim();
  const canonical = trimmed.startsWith(PREFIX_WITH_PATH) ? PREFIX + trimmed.slice(PREFIX_WITH_PATH.length) : trimmed;
  const parts = /^clawreach:\/\/add\?v=1&relay=([^&]+)&key=([^&]+)&peer=([^&]+)$/.exec(canonical);
  const [, relay = '', key = '', peer = ''] = parts ?? [];
  if (parts === null) throw badLink();
  let link: AddLink;
  try {
    link = { relayUrl: decodeURIComponent(relay), relayKey: fromBase64Url(key), peer: parsePeerId(peer) };
  } catch (error) {
    if (error instanceof URIError || error instanceof ClawReachError) throw badLink();
    throw error;
  }
  // Formatting it again detects other spellings.
  if (createAddLink(link) !== canonical) throw badLink();
  return link;
}

function badLink(): PairingError {
  return new PairingError('pairing.link-format', 'this is not a complete link');
}
