import { useEffect, useState } from 'react';

/** Longer than a double click, or a click that was already under way, takes, ms. */
const PERIOD = 500;

/** Reports whether a control that has just appeared must still ignore clicks, which were meant for what was there before. */
export function useClickGuard(): boolean {
  const [held, setHeld] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setHeld(false), PERIOD);
    return () => clearTimeout(timer);
  }, []);
  return held;
}
