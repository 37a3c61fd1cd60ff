import type { EventPayload } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { parsePairingLink } from '#shared/pairing/index.ts';

/** URL scheme of the links that open this application. */
export const DEEP_LINK_SCHEME = 'clawreach';

/** View of the window to show, as the event `shell.navigate` sends it to the page. */
export type Destination = EventPayload<'shell.navigate'>;

/**
 * Returns the view that a `clawreach:` link opens in the window: the pairing dialog, filled in if the link is valid and empty if it is damaged.
 * Undefined for any other text. Called for links that the system or a second start passes on. Pure: nothing is approved or dialed.
 */
export function destinationOf(link: string): Destination | undefined {
  if (!/^clawreach:\/\/pair\/?\?/.test(link)) return undefined;
  return { to: 'pair', codeOrLink: isPairingLink(link) ? link.trim() : null };
}

function isPairingLink(link: string): boolean {
  try {
    parsePairingLink(link);
    return true;
  } catch (error) {
    if (error instanceof ClawReachError) return false;
    throw error;
  }
}
