import { useEffect, useState } from 'react';

/** Longer than a double click takes, or a click that was on its way already, ms. */
const PERIOD = 500;

/** Whether what has just come must not be clicked yet: the click was meant for what stood in its place. */
export function useClickGuard(): boolean {
  const [held, setHeld] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setHeld(false), PERIOD);
    return () => clearTimeout(timer);
  }, []);
  return held;
}
