import * as z from 'zod';
import { cleanName, codeOf, NAME_LIMIT, showHidden } from '../visible-text/index.ts';

/** Fields that many calls and views share. */

/** No input, or no output. */
export const none = z.strictObject({});

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
 * Name that a person gives to a device, peer, forward or gateway. It is parsed with `cleanName`; a stored name of which nothing would be left is
 * parsed as character codes, so that it can be found and changed.
 */
export const givenName = name.overwrite((text) => cleanName(text) || codesOf(text));

/** New name for a device, like `givenName`; a name of which nothing is left becomes empty and is rejected. */
export const requestedName = name.overwrite(cleanName).or(z.literal(''));

/** Reports whether a name is usable unchanged, apart from blanks at its ends. */
export function isUsableName(text: string): boolean {
  const parsed = requestedName.safeParse(text);
  return parsed.success && parsed.data !== '';
}

function codesOf(text: string): string {
  const shown = cleanName(showHidden(text).slice(0, NAME_LIMIT));
  // Dashes and dots are visible, but `cleanName` removes them here.
  return (
    shown ||
    Array.from(text.trim() || text, (character) => `⟨${codeOf(character)}⟩`)
      .join('')
      .slice(0, NAME_LIMIT)
  );
}

/** Id of a channel, which carries bytes beside the calls. */
export const channel = z.number().int().min(1).max(0xffff_ffff);

export const terminalSize = { cols: z.number().int().min(1).max(1000), rows: z.number().int().min(1).max(1000) };
