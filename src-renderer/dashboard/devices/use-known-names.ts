import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import { useAccount, useResource } from '../api/index.ts';
import { NO_MACHINES, followKeptMachines, ownKey, readKeptMachines } from '../kept-keys/index.ts';
import type { KnownNames } from './device-name.ts';

/** Part of what is known about names that this browser keeps. `isRemoved`: the relay lets this browser in no more. */
export type KeptNames = Pick<KnownNames, 'own' | 'paired'> &
  Partial<Pick<KnownNames, 'forgotten'>> &
  Readonly<{ isRemoved?: boolean }>;

/** Context with names to show instead of those that this browser keeps, for stories. */
export const KeptNamesContext = createContext<KeptNames | undefined>(undefined);

/** Returns what is known about the names of a project's devices. Reads what this browser keeps when it is shown, and again when that has changed. */
export function useKnownNames(project: string): KnownNames {
  const kept = useKeptNames();
  const people = useResource('people.list', { params: { project } }).value?.people;
  return useMemo(
    () => ({
      forgotten: NO_MACHINES.forgotten,
      ...kept,
      people: new Map((people ?? []).map(({ id, name }) => [id, name])),
    }),
    [kept, people],
  );
}

function useKeptNames(): KeptNames {
  const given = useContext(KeptNamesContext);
  const { id: account } = useAccount();
  const [{ names, forgotten }, setMachines] = useState(NO_MACHINES);
  useEffect(() => {
    let isOver = false;
    const read = (): void => {
      // A browser that stores nothing is paired with nothing.
      readKeptMachines(account).then(
        (machines) => !isOver && setMachines(machines),
        () => undefined,
      );
    };
    read();
    const stop = followKeptMachines(read);
    return () => {
      isOver = true;
      stop();
    };
  }, [account]);
  return useMemo(() => given ?? { own: ownKey(account), paired: names, forgotten }, [given, account, names, forgotten]);
}
