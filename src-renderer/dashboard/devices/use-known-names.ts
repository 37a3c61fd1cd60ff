import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import { useAccount, useResource } from '../api/index.ts';
import { keptNames, ownKey } from '../kept-keys/index.ts';
import type { KnownNames } from './device-name.ts';

/** Part of what is known about names that this browser keeps. `isRemoved`: the relay lets this browser in no more. */
export type KeptNames = Pick<KnownNames, 'own' | 'paired'> & Readonly<{ isRemoved?: boolean }>;

const NONE: ReadonlyMap<string, string> = new Map();

/** Context with names to show instead of those that this browser keeps, for stories. */
export const KeptNamesContext = createContext<KeptNames | undefined>(undefined);

/** Returns what is known about the names of a project's devices. Reads what this browser keeps when it is shown first. */
export function useKnownNames(project: string): KnownNames {
  const kept = useKeptNames();
  const people = useResource('people.list', { params: { project } }).value?.people;
  return useMemo(
    () => ({ ...kept, people: new Map((people ?? []).map(({ id, name }) => [id, name])) }),
    [kept, people],
  );
}

function useKeptNames(): KeptNames {
  const given = useContext(KeptNamesContext);
  const { id: account } = useAccount();
  const [paired, setPaired] = useState(NONE);
  useEffect(() => {
    let isOver = false;
    // A browser that stores nothing is paired with nothing.
    keptNames(account).then(
      (names) => !isOver && setPaired(names),
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [account]);
  return useMemo(() => given ?? { own: ownKey(account), paired }, [given, account, paired]);
}
