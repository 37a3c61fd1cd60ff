import * as z from 'zod';
import { safeParse } from '#shared/safe-parse.ts';

/** Key in `localStorage` of the ID that this browser has as a device, which the relay knows, too. */
const OWN_KEY = 'machine.own';

const ownKeySchema = z.object({ account: z.string(), peerId: z.string() });

/**
 * Returns the peer ID that this browser had last as a device of an account. It outlives keys that are gone without the relay's knowledge, so that the next
 * one takes the place of the old one.
 */
export function ownKey(account: string): string | undefined {
  try {
    const kept = safeParse(ownKeySchema, JSON.parse(localStorage.getItem(OWN_KEY) ?? 'null')).data;
    return kept?.account === account ? kept.peerId : undefined;
  } catch {
    return undefined;
  }
}

/** Stores the peer ID that this browser has as a device of an account. */
export function keepOwnKey(account: string, peerId: string): void {
  try {
    localStorage.setItem(OWN_KEY, JSON.stringify({ account, peerId }));
  } catch {
    // It counts as another browser the next time.
  }
}

/** Forgets the peer ID, after the relay was told that this browser is no device any more. */
export function forgetOwnKey(): void {
  try {
    localStorage.removeItem(OWN_KEY);
  } catch {
    // Nothing was stored.
  }
}
