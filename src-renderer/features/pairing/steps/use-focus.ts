import { useEffect, useRef, type RefObject } from 'react';

/** Focuses the element once it is there: the place where a step begins. */
export function useFocusOnMount<Target extends HTMLElement>(): RefObject<Target | null> {
  const target = useRef<Target>(null);
  useEffect(() => {
    target.current?.focus({ preventScroll: true });
  }, []);
  return target;
}

/** The same where what had the focus has gone; whoever is elsewhere in the dialog stays there. */
export function useFocusWhenLost<Target extends HTMLElement>(): RefObject<Target | null> {
  const target = useRef<Target>(null);
  useEffect(() => {
    const { activeElement } = document;
    const isLost = activeElement === null || activeElement === document.body;
    if (isLost || activeElement.getAttribute('role') === 'dialog') target.current?.focus({ preventScroll: true });
  }, []);
  return target;
}
