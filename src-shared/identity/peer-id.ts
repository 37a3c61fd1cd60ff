import { canonicalBase32, decodeBase32, encodeBase32 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { FormatError } from '../errors.ts';
import { luhnCheckCharacter } from './luhn.ts';
import type { PeerId } from './types.ts';

/** Data characters between two check characters. */
const RUN = 13;
const RUNS = 4;
/** Characters of a peer ID. */
export const PEER_ID_LENGTH = RUNS * (RUN + 1);
/** Characters of a group as shown to people; eight groups make an ID. */
const GROUP = 7;
/** Maximum length of a text that is parsed, to limit the work for untrusted text. An ID with a separator after every character is shorter. */
const LONGEST_TEXT = 128;
/** Separators that people and programs put between groups: spaces, all kinds of dashes, dots, colons, underscores. */
const SEPARATORS = /[\s\-\u2010-\u2015\u2212._:]/gu;

/** Computes the peer ID of an Ed25519 public key, 32 bytes (PROTOCOL section 1). Pure. */
export function peerIdOf(crypto: CryptoBackend, signingKey: Uint8Array): PeerId {
  return peerIdFromBytes(crypto.sha256(signingKey));
}

/**
 * Creates a peer ID from the 32 bytes of a key's SHA-256: 52 base 32 characters in four runs of 13, each followed by its Luhn mod 32 check character.
 * @throws {FormatError} `format.peer-id` unless there are 32 bytes
 */
export function peerIdFromBytes(bytes: Uint8Array): PeerId {
  if (bytes.length !== 32) throw new FormatError('format.peer-id', 'a peer id has 32 bytes');
  const data = encodeBase32(bytes);
  let text = '';
  for (let run = 0; run < RUNS; run += 1) {
    const part = data.slice(run * RUN, (run + 1) * RUN);
    text += part + luhnCheckCharacter(part);
  }
  return text as PeerId;
}

/** Returns the 32 bytes from which an ID was created. */
export function peerIdBytes(id: PeerId): Uint8Array {
  let data = '';
  for (let run = 0; run < RUNS; run += 1) data += id.slice(run * (RUN + 1), run * (RUN + 1) + RUN);
  return decodeBase32(data);
}

/**
 * Parses an ID that a person or program wrote, in any case, with any separators, and with O for 0, I and L for 1. The check characters detect a wrong
 * character and two swapped neighbors (except `0` and `Z`, which Luhn can't detect).
 * @throws {FormatError} `format.peer-id`
 */
export function parsePeerId(text: string): PeerId {
  if (text.length > LONGEST_TEXT) throw notAPeerId();
  const characters = text.replaceAll(SEPARATORS, '');
  if (characters.length !== PEER_ID_LENGTH) throw notAPeerId();
  let typed: string;
  let id: PeerId;
  try {
    typed = canonicalBase32(characters);
    // The brand is granted by the comparison below: every check character and padding bit is recomputed.
    id = peerIdFromBytes(peerIdBytes(typed as PeerId));
  } catch (error) {
    throw notAPeerId(error);
  }
  if (typed !== id) throw notAPeerId();
  return id;
}

/** Formats an ID for people to compare or type: eight groups of seven characters, joined by `-`. */
export function formatPeerId(id: PeerId): string {
  return Array.from({ length: id.length / GROUP }, (_, group) => id.slice(group * GROUP, (group + 1) * GROUP)).join(
    '-',
  );
}

/** Returns the first group of a peer ID, for display. It tells a person's devices apart, but is too short to prove anything. */
export function shortPeerId(id: PeerId): string {
  return id.slice(0, GROUP);
}

function notAPeerId(cause?: unknown): FormatError {
  return new FormatError('format.peer-id', 'not a peer id: a character is wrong, missing or one too many', { cause });
}
