import { useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import type { ArrivalGuard } from './arrival-guard.ts';
import { useReadiness } from './use-arrival-guard.ts';

type Readiness = ReturnType<ArrivalGuard['readiness']>;

export type GuardedCard = Readonly<{
  readiness: Readiness;
  /** Reports whether the card accepts a press now; unlike `readiness`, this isn't as old as the last render. */
  isReady(): boolean;
  /** Ignores Enter and Space while the card isn't ready, and when the key is held down. */
  holdKeys(event: KeyboardEvent): void;
}>;

/**
 * Guards the buttons of one card against clicks and keys that were meant for something else.
 * @param card element of the card
 * @param guard guard of the page
 * @param id ID of the card's request
 * @param hasError true while the card shows an error. An error moves the cards below, so their period starts again
 * @param onFocusLost called when the card is removed while it has the focus
 */
export function useGuardedCard(
  card: RefObject<HTMLLIElement | null>,
  guard: ArrivalGuard,
  id: Parameters<ArrivalGuard['readiness']>[0],
  hasError: boolean,
  onFocusLost: () => void,
): GuardedCard {
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
    const element = card.current;
    return () => {
      if (element?.contains(document.activeElement) === true) lost.current();
    };
  }, [card]);
  const isReady = (): boolean => guard.readiness(id) === 'ready';
  const holdKeys = (event: KeyboardEvent): void => {
    // Typed text decides nothing.
    if (event.target instanceof HTMLInputElement && event.target.type === 'text') return;
    if ((event.key === 'Enter' || event.key === ' ') && (event.repeat || !isReady())) event.preventDefault();
  };
  return { readiness, isReady, holdKeys };
}
