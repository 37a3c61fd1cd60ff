import { useEffect, useState } from 'react';

/** Time during which clicks are ignored, ms: longer than a double click, or than finishing a click that had begun. */
const PERIOD = 500;

/**
 * Returns true for a short time after the component appears. A component that replaces a button ignores clicks during that time, because they were
 * meant for the button before. Used by the buttons that answer the comparison of pairing words.
 */
export function useClickGuard(): boolean {
  const [held, setHeld] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setHeld(false), PERIOD);
    return () => clearTimeout(timer);
  }, []);
  return held;
}
