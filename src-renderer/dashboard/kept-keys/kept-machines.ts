import { keptMachines, onSavedPeers } from '#browser/store/index.ts';
import { wasRemoved } from './own-key.ts';

/** Machines that this browser has paired with. */
export type KeptMachines = Readonly<{
  /** Names that they gave themselves, by peer ID. */
  names: ReadonlyMap<string, string>;
  /** IDs of those that no longer know this browser: they said so, or the relay lets it in no more. */
  forgotten: ReadonlySet<string>;
}>;

export const NO_MACHINES: KeptMachines = { names: new Map(), forgotten: new Set() };

/**
 * Reads the machines that this browser has paired with.
 * @param owner of the keys: an account, or `NO_ACCOUNT`
 * @throws {StoreError} `store.unreadable`
 */
export async function readKeptMachines(owner: string): Promise<KeptMachines> {
  const kept = [...(await keptMachines(owner))];
  const isRemoved = wasRemoved(owner);
  return {
    names: new Map(kept.map(([peerId, { name }]) => [peerId, name])),
    forgotten: new Set(kept.flatMap(([peerId, { hasForgotten }]) => (isRemoved || hasForgotten ? [peerId] : []))),
  };
}

/** Calls a listener when `readKeptMachines` may return something else, also by what another tab has learned. @returns a function that stops it */
export function followKeptMachines(listener: () => void): () => void {
  const stop = onSavedPeers(listener);
  window.addEventListener('storage', listener);
  return () => {
    stop();
    window.removeEventListener('storage', listener);
  };
}
