import { useLayoutEffect, useRef, type RefObject } from 'react';
import type { ArrivalGuard, GuardedId } from '../../ui/index.ts';

/**
 * Moves the focus to the next row, or to the heading if there is none, when the row that has the focus goes because its request was answered or has ended.
 * The focus is then on the row's title, where Enter approves nothing, and the period of the guard starts again.
 * @param ids IDs of the rows, in their order
 * @returns function that each row calls with its ID when it goes while it has the focus
 */
export function useFocusAfterRow(
  ids: readonly GuardedId[],
  list: RefObject<HTMLUListElement | null>,
  heading: RefObject<HTMLElement | null>,
  guard: ArrivalGuard,
): (id: GuardedId) => void {
  const lost = useRef<number>(undefined);
  useLayoutEffect(() => {
    const at = lost.current;
    if (at === undefined) return;
    lost.current = undefined;
    const toggles = list.current?.querySelectorAll<HTMLElement>('[data-row-toggle]') ?? [];
    guard.shown();
    (toggles[Math.min(at, toggles.length - 1)] ?? heading.current)?.focus();
  });
  return (id) => {
    lost.current = ids.indexOf(id);
  };
}
