import { useEffect, type RefObject } from 'react';
import { useApp } from '../../store/index.ts';
import type { ArrivalGuard } from '../../ui/index.ts';

/**
 * Focuses the open row when a person opens the page, or moves to it with a press beside the rows or with F6, so that the letters act on it. The focus is on
 * the row's title, where Enter approves nothing, and the period of the guard starts again. Without a row, the heading gets the focus. A request that
 * arrives gets none.
 */
export function useFocusOnOpening(
  list: RefObject<HTMLUListElement | null>,
  heading: RefObject<HTMLElement | null>,
  guard: ArrivalGuard,
): void {
  const place = useApp((state) => state.place);
  useEffect(() => {
    if (place.page !== 'inbox') return undefined;
    const focus = (): void => {
      const row =
        list.current?.querySelector<HTMLElement>('[data-row-toggle][aria-expanded="true"]') ??
        list.current?.querySelector<HTMLElement>('[data-row-toggle]');
      guard.shown();
      (row ?? heading.current)?.focus({ preventScroll: true });
    };
    focus();
    const content = document.getElementById('content');
    const pass = ({ target }: FocusEvent): void => {
      if (target === content) focus();
    };
    content?.addEventListener('focusin', pass);
    return () => content?.removeEventListener('focusin', pass);
  }, [list, heading, guard, place]);
}
