import { useEffect, useState } from 'react';

/** Returns the wall clock, ms since 1970, and renders the component again at each interval. @param interval ms */
export function useNow(interval = 30_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), interval);
    return () => clearInterval(timer);
  }, [interval]);
  return now;
}
