import type { ServerResponse } from 'node:http';
import type { Clock } from '#shared/clock.ts';

/**
 * Drops a client that takes no byte of its answer during a whole interval, until the answer is closed. Used by `Exchange` for every answer, since an
 * answer that no one reads would stay in memory, and its connection open.
 * @param interval ms; a client is dropped after one to two of them
 */
export function dropIfStalled(response: ServerResponse, clock: Clock, interval: number): void {
  const { socket } = response;
  // The client has gone already.
  if (socket === null) return;
  let taken = 0;
  const schedule = (): ReturnType<Clock['setTimer']> =>
    clock.setTimer(interval, () => {
      const before = taken;
      taken = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength > 0 && taken === before) socket.destroy();
      else timer = schedule();
    });
  taken = socket.bytesWritten - socket.writableLength;
  let timer = schedule();
  response.once('close', () => timer.cancel());
}
