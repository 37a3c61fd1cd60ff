import { useEffect, useRef, type RefObject } from 'react';

/** Focuses the element when it is mounted. */
export function useFocusOnMount<Target extends HTMLElement>(): RefObject<Target | null> {
  const target = useRef<Target>(null);
  useEffect(() => {
    target.current?.focus({ preventScroll: true });
  }, []);
  return target;
}

/** Focuses the element when it is mounted, if the focused element has disappeared; other focus in the dialog stays. */
export function useFocusWhenLost<Target extends HTMLElement>(): RefObject<Target | null> {
  const target = useRef<Target>(null);
  useEffect(() => {
    const { activeElement } = document;
    const isLost = activeElement === null || activeElement === document.body;
    if (isLost || activeElement.getAttribute('role') === 'dialog') target.current?.focus({ preventScroll: true });
  }, []);
  return target;
}
