import { countKeptTerminals } from '../../store/index.ts';
import { isMachine, NO_MACHINES, readKeptMachines } from '../kept-keys/index.ts';

/** Loss when the person signs out of this browser. */
export type SignOutEnds = Readonly<{
  /** Machines that it has terminals on, with their number. */
  terminals: readonly Readonly<{ machine: string; count: number }>[];
}>;

/**
 * Returns what ends when the keys of this browser are removed; undefined if it is paired with nothing, and loses nothing. Never rejects.
 * @param owner of the keys: an account, or `NO_ACCOUNT`
 */
export async function signOutEnds(owner: string): Promise<SignOutEnds | undefined> {
  const { names } = await readKeptMachines(owner).catch(() => NO_MACHINES);
  if (names.size === 0 || !(await isMachine().catch(() => false))) return undefined;
  const counts = countKeptTerminals(() => localStorage);
  return {
    terminals: [...names].flatMap(([peerId, machine]) => {
      const count = counts.get(peerId) ?? 0;
      return count === 0 ? [] : [{ machine, count }];
    }),
  };
}
