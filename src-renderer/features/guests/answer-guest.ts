import type { ArrivalGuard } from '../../ui/index.ts';

/** Sends the answer to a guest, unless its card has just come or moved: the press may have been meant for something else. */
export function answerGuest(guard: Pick<ArrivalGuard, 'readiness'>, guest: string, send: () => void): void {
  if (guard.readiness(guest) !== 'ready') return;
  send();
}
