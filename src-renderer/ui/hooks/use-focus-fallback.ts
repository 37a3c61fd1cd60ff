import { useEffect, useRef } from 'react';

/**
 * Focuses the page when a dialog has closed and the element that would get the focus is gone.
 * @param page ref of the page's element
 * @param isOpen true while a dialog of the page is open
 * @param next returns an element that gets the focus in place of the page; null for none
 */
export function useFocusFallback(
  page: Readonly<{ current: HTMLElement | null }>,
  isOpen: boolean,
  next?: () => HTMLElement | null,
): void {
  const target = useRef(next);
  useEffect(() => {
    target.current = next;
  });
  const wasOpen = useRef(false);
  useEffect(() => {
    if (isOpen) {
      wasOpen.current = true;
      return undefined;
    }
    const frame = requestAnimationFrame(() => {
      if (wasOpen.current && document.activeElement === document.body) (target.current?.() ?? page.current)?.focus();
      wasOpen.current = false;
    });
    return () => cancelAnimationFrame(frame);
  }, [page, isOpen]);
}
