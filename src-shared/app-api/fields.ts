import * as z from 'zod';
import { cleanName, codePointText, NAME_LIMIT, showHidden } from '../visible-text/index.ts';
import { safeParse } from '../safe-parse.ts';

/**
 * Empty input or output of a call. This file holds the zod schemas that several files of `schemas/` use; pairing messages use its schemas of names
 * too. It is pure.
 */
export const none = z.strictObject({});

/** Peer ID in its canonical form: 56 characters in Crockford's base32, without separators. */
export const peerId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);

/** Reference to a peer as a person types it: its local name, its full ID with or without separators, or the beginning of the ID. */
export const peerReference = z.string().min(1).max(128);

const name = z
  .string()
  .min(1)
  .max(64)
  // Rejects characters that control a terminal, reorder text or are invisible.
  .regex(/^[^\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]+$/u);

/**
 * Name that a person gives to a device, peer, forward or gateway. The schema removes invisible and misleading characters with `cleanName`. If a
 * stored name consists only of such characters, the schema replaces it by their character codes, so that a person can still find and rename it.
 */
export const givenName = name.overwrite((text) => cleanName(text) || codesOf(text));

/**
 * New name for a device. Like `givenName`, but a name that consists only of invisible or misleading characters is parsed as the empty text, which the
 * agent rejects.
 */
export const requestedName = name.overwrite(cleanName).or(z.literal(''));

/** Reports whether the contract accepts a name as it is; blanks at its ends don't matter. Forms use it while a person types. */
export function isUsableName(text: string): boolean {
  const parsed = safeParse(requestedName, text);
  return parsed.success && parsed.data !== '';
}

function codesOf(text: string): string {
  const shown = cleanName(showHidden(text).slice(0, NAME_LIMIT));
  // Dashes and dots are visible, but `cleanName` removes them here.
  return (
    shown ||
    Array.from(text.trim() || text, (character) => `⟨${codePointText(character)}⟩`)
      .join('')
      .slice(0, NAME_LIMIT)
  );
}

/** ID of a channel, which carries bytes, such as those of a terminal, between a user interface and the agent. */
export const channel = z.number().int().min(1).max(0xffff_ffff);

/** Size of a terminal in characters, as fields to spread into a schema. */
export const terminalSize = { cols: z.number().int().min(1).max(1000), rows: z.number().int().min(1).max(1000) };
