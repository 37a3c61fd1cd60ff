import { useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import type { ArrivalGuard } from './arrival-guard.ts';
import { useReadiness } from './use-arrival-guard.ts';

type Readiness = ReturnType<ArrivalGuard['readiness']>;

export type GuardedRow = Readonly<{
  readiness: Readiness;
  /** Reports whether the row accepts a press now; unlike `readiness`, this isn't as old as the last render. */
  isReady(): boolean;
  /** Ignores Enter and Space while the row isn't ready, and when the key is held down. */
  holdKeys(event: KeyboardEvent): void;
}>;

/**
 * Guards the buttons of one row against clicks and keys that were meant for something else.
 * @param row element of the row
 * @param guard guard of the page
 * @param id ID of the row's request
 * @param hasError true while the row shows an error. An error moves the rows below, so their period starts again
 * @param onFocusLost called when the row is removed while it has the focus
 */
export function useGuardedRow(
  row: RefObject<HTMLElement | null>,
  guard: ArrivalGuard,
  id: Parameters<ArrivalGuard['readiness']>[0],
  hasError: boolean,
  onFocusLost: () => void = () => undefined,
): GuardedRow {
  const readiness = useReadiness(guard, id);
  useLayoutEffect(() => {
    if (!hasError) return undefined;
    guard.shown();
    return () => guard.shown();
  }, [guard, hasError]);
  const lost = useRef(onFocusLost);
  useLayoutEffect(() => {
    lost.current = onFocusLost;
  });
  useLayoutEffect(() => {
    const element = row.current;
    return () => {
      if (element?.contains(document.activeElement) === true) lost.current();
    };
  }, [row]);
  const isReady = (): boolean => guard.readiness(id) === 'ready';
  const holdKeys = (event: KeyboardEvent): void => {
    // Typed text decides nothing.
    if (event.target instanceof HTMLInputElement && event.target.type === 'text') return;
    if ((event.key === 'Enter' || event.key === ' ') && (event.repeat || !isReady())) event.preventDefault();
  };
  return { readiness, isReady, holdKeys };
}
