import * as z from 'zod';
import { cleanName, codeOf, NAME_LIMIT, showHidden } from '../visible-text/index.ts';

/** What many calls and views have. */

/** Nothing is said, or answered. */
export const none = z.strictObject({});

export const peerId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);

/** What a person types for a peer: its local name, its full id with or without separators, or the beginning of the id. */
export const peerReference = z.string().min(1).max(128);

const name = z
  .string()
  .min(1)
  .max(64)
  // Nothing that drives a terminal, reorders text or cannot be seen.
  .regex(/^[^\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]+$/u);

/**
 * A name that a person gives: to a device, a peer, a forward, a gateway. Comes out as `cleanName` leaves it; a stored name of which that leaves
 * nothing comes out as codes, so that it can be found and changed.
 */
export const givenName = name.overwrite((text) => cleanName(text) || codesOf(text));

/** A new name for a device, as `givenName`; empty where nothing of it is left, which is refused. */
export const wishedName = name.overwrite(cleanName).or(z.literal(''));

/** True for a name that can be given as it is, but for blanks at its ends and the like. */
export function isUsableName(text: string): boolean {
  const parsed = wishedName.safeParse(text);
  return parsed.success && parsed.data !== '';
}

function codesOf(text: string): string {
  const shown = cleanName(showHidden(text).slice(0, NAME_LIMIT));
  // Dashes and dots can be seen; `cleanName` leaves none of them.
  return (
    shown ||
    Array.from(text.trim() || text, (character) => `⟨${codeOf(character)}⟩`)
      .join('')
      .slice(0, NAME_LIMIT)
  );
}

/** Of bytes beside the calls. */
export const channel = z.number().int().min(1).max(0xffff_ffff);

export const terminalSize = { cols: z.number().int().min(1).max(1000), rows: z.number().int().min(1).max(1000) };
