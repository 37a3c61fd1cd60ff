import { createContext, useContext, useId, useState } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';

/** Identifies the one change that waits in a section, and sets it. */
type Owner = readonly [owner: string | undefined, setOwner: (owner: string | undefined) => void];

/** Shared by the rows of a section, in which one change waits at a time; undefined outside of one. */
export const WaitingOwner = createContext<Owner | undefined>(undefined);

/**
 * Holds a change of a peer's permissions that waits for its confirmation. Any other change of that peer's permissions takes it back, and so does
 * another one that begins to wait in the same section.
 * @param isBusy the confirmed change is being made, in several steps perhaps
 */
export function useWaiting<T>(
  { own, rights }: Pick<PeerView, 'own' | 'rights'>,
  isBusy: boolean,
): readonly [waiting: T | undefined, setWaiting: (change: T | undefined) => void] {
  const id = useId();
  const alone = useState<string>();
  const [owner, setOwner] = useContext(WaitingOwner) ?? alone;
  const [held, setHeld] = useState<Readonly<{ change: T; before: string }>>();
  const now = JSON.stringify([own, rights]);
  const waiting = held !== undefined && owner === id && (isBusy || held.before === now) ? held.change : undefined;
  const set = (change: T | undefined): void => {
    setHeld(change === undefined ? undefined : { change, before: now });
    if (change !== undefined) setOwner(id);
    // Another row changes something.
    else if (owner !== id) setOwner(undefined);
  };
  return [waiting, set];
}

/** Returns a function that takes back what waits in the section, because something else is changed there. */
export function useTakeBack(): () => void {
  const owner = useContext(WaitingOwner);
  return () => owner?.[1](undefined);
}
