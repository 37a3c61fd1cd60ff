import { createContext, useCallback, useContext, useEffect, useId, useRef, useState } from 'react';

/** Time for which a saved change is confirmed beside it and can be taken back there, ms. */
const SHOWN = 10_000;

/** Identifies the one change of a section that is confirmed as saved, and sets it. */
type Owner = readonly [owner: string | undefined, setOwner: (owner: string | undefined) => void];

/** Shared by the rows of a section: the confirmation of a change ends that of the one before, whose Undo would no longer bring back what was there; undefined outside of one. */
export const SavedOwner = createContext<Owner | undefined>(undefined);

/** Returns whether to show that a change was saved, and a function that shows it for ten seconds. */
export function useSaved(): readonly [shown: boolean, show: () => void] {
  const id = useId();
  const alone = useState<string>();
  const [owner, setOwner] = useContext(SavedOwner) ?? alone;
  const [isSaved, setShown] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const show = useCallback((): void => {
    clearTimeout(timer.current);
    setShown(true);
    setOwner(id);
    timer.current = setTimeout(() => setShown(false), SHOWN);
  }, [id, setOwner]);
  return [isSaved && owner === id, show];
}
