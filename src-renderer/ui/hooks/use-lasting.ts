import { useEffect, useState } from 'react';

/**
 * Reports whether a state has lasted for a while; a shorter one would only flash.
 * @param after ms
 */
export function useLasting(is: boolean, after: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!is) return undefined;
    const timer = setTimeout(() => setLasting(true), after);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [is, after]);
  return is && lasting;
}
