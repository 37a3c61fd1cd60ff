import { useCallback, useEffect, useRef, useState } from 'react';

/** Time for which a saved change is confirmed beside it and can be taken back there, ms. */
const SHOWN = 10_000;

/** Returns whether to show that a change was saved, and a function that shows it for ten seconds. */
export function useSaved(): readonly [shown: boolean, show: () => void] {
  const [shown, setShown] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const show = useCallback((): void => {
    clearTimeout(timer.current);
    setShown(true);
    timer.current = setTimeout(() => setShown(false), SHOWN);
  }, []);
  return [shown, show];
}
