import { useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import type { ArrivalGuard } from './arrival-guard.ts';
import { useReadiness } from './use-arrival-guard.ts';

type Readiness = ReturnType<ArrivalGuard['readiness']>;

export type GuardedCard = Readonly<{
  readiness: Readiness;
  /** Of now, and not of when the card was last drawn: asked at the press itself. */
  isReady(): boolean;
  /** A key that is held down, or was pressed before the card was ready, is meant for something else; Space acts when it is let go. */
  holdKeys(event: KeyboardEvent): void;
}>;

/**
 * What every card needs whose buttons decide something: nothing takes an answer that was meant for something else.
 * @param hasError it shows one: that comes or goes and moves the cards below
 * @param onFocusLost the card goes, and the focus was in it
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
    // What is typed decides nothing.
    if (event.target instanceof HTMLInputElement && event.target.type === 'text') return;
    if ((event.key === 'Enter' || event.key === ' ') && (event.repeat || !isReady())) event.preventDefault();
  };
  return { readiness, isReady, holdKeys };
}
