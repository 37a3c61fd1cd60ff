import type { EventPayload } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { parsePairingLink } from '#shared/pairing/index.ts';

export const DEEP_LINK_SCHEME = 'clawreach';

export type Destination = EventPayload<'shell.navigate'>;

/**
 * Where a `clawreach:` link that came from outside leads: to the pairing dialog, filled in where the link is whole, empty where it is broken, so
 * that the person sees something. It decides and dials nothing. Undefined for any other text.
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
