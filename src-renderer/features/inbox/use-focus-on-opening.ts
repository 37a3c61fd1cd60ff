import { useEffect, type RefObject } from 'react';
import { useApp } from '../../store/index.ts';
import type { ArrivalGuard } from './decision/arrival-guard.ts';

/**
 * Focuses the open row when a person opens the page, or moves to it with a press beside the rows or with F6, so that the letters act on it. The focus is on
 * the row's title, where Enter approves nothing, and the period of the guard starts again. A request that arrives gets no focus.
 */
export function useFocusOnOpening(list: RefObject<HTMLUListElement | null>, guard: ArrivalGuard): void {
  const place = useApp((state) => state.place);
  useEffect(() => {
    if (place.page !== 'inbox') return undefined;
    const focus = (): void => {
      const row =
        list.current?.querySelector<HTMLElement>('[data-row-toggle][aria-expanded="true"]') ??
        list.current?.querySelector<HTMLElement>('[data-row-toggle]');
      if (row === null || row === undefined) return;
      guard.shown();
      row.focus({ preventScroll: true });
    };
    focus();
    const content = document.getElementById('content');
    const pass = ({ target }: FocusEvent): void => {
      if (target === content) focus();
    };
    content?.addEventListener('focusin', pass);
    return () => content?.removeEventListener('focusin', pass);
  }, [list, guard, place]);
}
