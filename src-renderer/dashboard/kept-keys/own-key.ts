import * as z from 'zod';
import { safeParse } from '#shared/safe-parse.ts';

/** Key in `localStorage` of the ID that this browser has as a device, which the relay knows, too. */
const OWN_KEY = 'machine.own';

const ownKeySchema = z.object({ account: z.string(), peerId: z.string(), isRemoved: z.boolean().optional() });
type OwnKey = Readonly<z.infer<typeof ownKeySchema>>;

/**
 * Returns the peer ID that this browser had last as a device of an account. It outlives keys that are gone without the relay's knowledge, so that the next
 * one takes the place of the old one.
 */
export function ownKey(account: string): string | undefined {
  return read(account)?.peerId;
}

/** Stores the peer ID that this browser has as a device of an account. What is stored about the removal of that device stays. */
export function keepOwnKey(account: string, peerId: string): void {
  if (ownKey(account) !== peerId) write({ account, peerId });
}

/** Reports whether the relay let the device that this browser was last no longer in. */
export function wasRemoved(account: string): boolean {
  return read(account)?.isRemoved === true;
}

/** Stores whether the relay still lets a device of this browser in. Does nothing for one that this browser no longer is. */
export function keepRemoval(account: string, peerId: string, isRemoved: boolean): void {
  if (ownKey(account) === peerId && wasRemoved(account) !== isRemoved) write({ account, peerId, isRemoved });
}

/** Forgets the peer ID, after the relay was told that this browser is no device any more. */
export function forgetOwnKey(): void {
  try {
    localStorage.removeItem(OWN_KEY);
  } catch {
    // Nothing was stored.
  }
}

function read(account: string): OwnKey | undefined {
  try {
    const kept = safeParse(ownKeySchema, JSON.parse(localStorage.getItem(OWN_KEY) ?? 'null')).data;
    return kept?.account === account ? kept : undefined;
  } catch {
    return undefined;
  }
}

function write(kept: OwnKey): void {
  try {
    localStorage.setItem(OWN_KEY, JSON.stringify(kept));
  } catch {
    // It counts as another browser the next time.
  }
}
