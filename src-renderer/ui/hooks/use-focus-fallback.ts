import { useEffect, useRef } from 'react';

/**
 * Focuses the page when a dialog has closed and the element that would get the focus is gone.
 * @param page ref of the page's element
 * @param isOpen true while a dialog of the page is open
 */
export function useFocusFallback(page: Readonly<{ current: HTMLElement | null }>, isOpen: boolean): void {
  const wasOpen = useRef(false);
  useEffect(() => {
    if (isOpen) {
      wasOpen.current = true;
      return undefined;
    }
    const frame = requestAnimationFrame(() => {
      if (wasOpen.current && document.activeElement === document.body) page.current?.focus();
      wasOpen.current = false;
    });
    return () => cancelAnimationFrame(frame);
  }, [page, isOpen]);
}
