import { useEffect, useRef, type RefObject } from 'react';

/** Focuses the element once it is there: the place where a step begins. */
export function useFocusOnMount<Target extends HTMLElement>(): RefObject<Target | null> {
  const target = useRef<Target>(null);
  useEffect(() => {
    target.current?.focus({ preventScroll: true });
  }, []);
  return target;
}
