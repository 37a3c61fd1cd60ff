import type { Clock } from './clock.ts';

/**
 * Resolves after the event loop has handled all events that are ready, so that a long computation delays nothing else. Resolves at once if the
 * clock's host has no such moment.
 */
export function nextTurn(clock: Pick<Clock, 'afterTurn'>): Promise<void> {
  return new Promise((resolve) => {
    if (clock.afterTurn === undefined) resolve();
    else clock.afterTurn(resolve);
  });
}
