import { useEffect, useState } from 'react';

/**
 * Reports whether a state has lasted for some time; feedback about a shorter one would only flash.
 * @param is the state
 * @param after time that the state has to last, ms
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
