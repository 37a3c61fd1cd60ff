import type { Clock, Timer } from '#shared/clock.ts';
import type { ExecProcess } from './process.ts';

/** Time between SIGHUP and SIGKILL, ms. */
export const EXEC_GRACE = 2000;
/** Interval between checks whether all members of the group are gone, ms. */
const CHECK_INTERVAL = 100;

/**
 * Ends a program with its process group: sends SIGHUP, then SIGKILL to processes left after `EXEC_GRACE`. Resolves when the group is gone or was
 * killed; never rejects.
 */
export async function endGroup(process: ExecProcess, clock: Clock): Promise<void> {
  process.signal('SIGHUP');
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  let isOver = false;
  let next: Timer | undefined;
  const check = (): void => {
    if (isOver) return;
    if (process.hasGroup) next = clock.setTimer(CHECK_INTERVAL, check);
    else resolve();
  };
  void process.exited.then(check);
  const kill = clock.setTimer(EXEC_GRACE, () => {
    process.signal('SIGKILL');
    resolve();
  });
  await gone;
  isOver = true;
  kill.cancel();
  next?.cancel();
}
