import { connect } from 'node:net';
import type { DirectTarget } from '#shared/direct/index.ts';
import type { Clock } from '#shared/clock.ts';

/** Time limit of a measurement, ms. */
const TIMEOUT = 1000;

/**
 * Measures the round trip to a machine by the time that a TCP connection takes, which is reset at once; nothing is sent. Used for machines in the
 * local network that a person looks at before pairing.
 * @returns ms; undefined if nothing answers
 */
export function measureDirect(target: DirectTarget, clock: Clock): Promise<number | undefined> {
  return new Promise((resolve) => {
    const start = clock.monotonic();
    const socket = connect({ ...target, noDelay: true });
    const finish = (time: number | undefined): void => {
      timer.cancel();
      socket.off('connect', onConnect).off('close', onEnd);
      socket.resetAndDestroy();
      resolve(time);
    };
    const onConnect = (): void => finish(Math.max(0, clock.monotonic() - start));
    const onEnd = (): void => finish(undefined);
    const timer = clock.setTimer(TIMEOUT, onEnd);
    socket.on('error', () => undefined);
    socket.once('connect', onConnect).once('close', onEnd);
  });
}
