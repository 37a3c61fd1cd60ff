import { useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import type { ArrivalGuard } from './arrival-guard.ts';
import { useReadiness } from './use-arrival-guard.ts';

type Readiness = ReturnType<ArrivalGuard['readiness']>;

export type GuardedCard = Readonly<{
  readiness: Readiness;
  /** Reports the readiness at the time of the press, not of the last render. */
  isReady(): boolean;
  /** Ignores a key that is held down or was pressed before the card was ready; Space acts when it is released. */
  holdKeys(event: KeyboardEvent): void;
}>;

/**
 * Guards the buttons of a card against clicks and keys meant for something else.
 * @param hasError the card shows an error, which moves the cards below
 * @param onFocusLost the card is removed while it has the focus
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
