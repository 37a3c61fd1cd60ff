import { useEffect, useRef } from 'react';

/**
 * What would take the focus back from a dialog may be gone, with what the dialog was about: then the page has it.
 * @param isOpen a dialog of the page is open
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
