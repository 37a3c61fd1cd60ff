import { frameMessage } from '#shared/handshake/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, LinkStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { IncomingPath } from '../../direct/index.ts';
import { HopError, parseHopStreamParams, readHandshakeMessage } from './hop-stream.ts';
import { HOP_LIMITS } from '../limits.ts';
import { createStreamChannel } from './stream-channel.ts';

/** Dependencies of `HopDestination`. `onIncoming` receives each incoming handshake. */
export type HopDestinationOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  onIncoming(incoming: IncomingPath): void;
}>;

/**
 * Accepts paths that reach this device through a hop: reads message 1 from a stream that the hop has opened, and passes it to `onIncoming`. Ignores
 * the caller that the hop names, since message 1 authenticates the caller. Used by `HopTransport`.
 */
export class HopDestination {
  readonly #options: HopDestinationOptions;
  readonly #streams = new Map<PeerId, Set<LinkStream>>();

  constructor(options: HopDestinationOptions) {
    this.#options = options;
  }

  /** Accepts or refuses a stream that a paired hop has opened. */
  receive(offer: IncomingStream, hop: PeerId): void {
    const streams = this.#streams.get(hop) ?? new Set<LinkStream>();
    try {
      if (!('from' in parseHopStreamParams(offer.params)))
        throw new HopError('via.params', 'the params name no origin');
      if (streams.size >= HOP_LIMITS.receivedPerHop)
        throw new HopError('via.busy', 'too many streams end at this device');
    } catch (error) {
      offer.refuse(errorCode(error), 'the stream is not taken');
      return;
    }
    const stream = offer.accept();
    streams.add(stream);
    this.#streams.set(hop, streams);
    void stream.closed.then(() => {
      streams.delete(stream);
      if (streams.size === 0 && this.#streams.get(hop) === streams) this.#streams.delete(hop);
    });
    void this.#receive(stream, hop);
  }

  /** Resets all streams. */
  close(): void {
    for (const streams of this.#streams.values()) for (const stream of streams) stream.reset(0);
  }

  async #receive(stream: LinkStream, hop: PeerId): Promise<void> {
    const { clock, logger, onIncoming } = this.#options;
    let settled = false;
    const timer = clock.setTimer(HOP_LIMITS.destinationAnswer, () => {
      settled = true;
      stream.reset(0);
    });
    void stream.closed.then(() => timer.cancel());
    try {
      const read = await readHandshakeMessage(stream);
      // Send no answer, as on a direct path; the timer resets the stream.
      if (read === undefined || settled) return;
      onIncoming({
        kind: 'via',
        address: hop,
        message1: read.message,
        accept(message2) {
          if (!settled) {
            settled = true;
            timer.cancel();
            stream.write(frameMessage(message2)).catch(() => undefined);
          }
          return createStreamChannel(stream, clock, read.rest);
        },
        drop() {
          // The timer resets the stream.
        },
      });
    } catch (error) {
      logger.debug('a path through a hop failed', { hop, errorCode: errorCode(error) });
    }
  }
}
