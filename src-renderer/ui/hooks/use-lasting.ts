import { useEffect, useState } from 'react';

/**
 * Reports whether a condition has been true without a break for a time. Delays feedback that would only flash if the condition ended sooner.
 * @param delay the time, ms
 */
export function useLasting(condition: boolean, delay: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!condition) return undefined;
    const timer = setTimeout(() => setLasting(true), delay);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [condition, delay]);
  return condition && lasting;
}
