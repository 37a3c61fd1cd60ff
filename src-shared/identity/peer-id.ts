import { canonicalBase32, decodeBase32, encodeBase32 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { FormatError } from '../errors.ts';
import { luhnCheckCharacter } from './luhn.ts';
import type { PeerId } from './types.ts';

/** Data characters of a run; one check character follows. */
const RUN = 13;
const RUNS = 4;
const LENGTH = RUNS * (RUN + 1);
/** Characters of a displayed group; eight groups make an id. */
const GROUP = 7;
/** An id with a separator after every character is still shorter. Bounds the work on a stranger's text. */
const LONGEST_TEXT = 128;
/** What people and programs put between groups: spaces, dashes of all kinds, dots, colons, underscores. */
const SEPARATORS = /[\s\-\u2010-\u2015\u2212._:]/gu;

/** The peer id of an Ed25519 public key (32 bytes). PROTOCOL section 1. */
export function peerIdOf(crypto: CryptoBackend, signingKey: Uint8Array): PeerId {
  return peerIdFromBytes(crypto.sha256(signingKey));
}

/**
 * The canonical text of 32 digest bytes: 52 base 32 characters in four runs of 13, each followed by its Luhn mod 32 check character.
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

/** The 32 digest bytes of an id. */
export function peerIdBytes(id: PeerId): Uint8Array {
  let data = '';
  for (let run = 0; run < RUNS; run += 1) data += id.slice(run * (RUN + 1), run * (RUN + 1) + RUN);
  return decodeBase32(data);
}

/**
 * Reads an id as a person or program wrote it: any case, any separators, O for 0, I and L for 1. A wrong character or two neighbours
 * exchanged are found by the check characters (all but the exchange of `0` and `Z`, which Luhn cannot see).
 * @throws {FormatError} `format.peer-id`
 */
export function parsePeerId(text: string): PeerId {
  if (text.length > LONGEST_TEXT) throw notAPeerId();
  const characters = text.replaceAll(SEPARATORS, '');
  if (characters.length !== LENGTH) throw notAPeerId();
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

/** Eight groups of seven characters joined by `-`: for a person to compare or type. */
export function formatPeerId(id: PeerId): string {
  return Array.from({ length: id.length / GROUP }, (_, group) => id.slice(group * GROUP, (group + 1) * GROUP)).join(
    '-',
  );
}

/** The first group: enough to tell one's own devices apart, never enough to trust one. */
export function shortPeerId(id: PeerId): string {
  return id.slice(0, GROUP);
}

function notAPeerId(cause?: unknown): FormatError {
  return new FormatError('format.peer-id', 'not a peer id: a character is wrong, missing or one too many', { cause });
}
