import { useEffect, useRef, type RefObject } from 'react';

/** Focuses an element when it appears. @returns the ref to put on the element */
export function useFocusOnMount<Target extends HTMLElement>(): RefObject<Target | null> {
  const target = useRef<Target>(null);
  useEffect(() => {
    target.current?.focus({ preventScroll: true });
  }, []);
  return target;
}

/** Focuses an element when it appears, if the focused element has disappeared; any other focus stays. @returns the ref to put on the element */
export function useFocusWhenLost<Target extends HTMLElement>(): RefObject<Target | null> {
  const target = useRef<Target>(null);
  useEffect(() => {
    const { activeElement } = document;
    const isLost = activeElement === null || activeElement === document.body;
    if (isLost || activeElement.getAttribute('role') === 'dialog') target.current?.focus({ preventScroll: true });
  }, []);
  return target;
}
