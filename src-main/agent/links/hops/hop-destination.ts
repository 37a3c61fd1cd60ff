import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, LinkStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { frameMessage } from '#node/sockets/index.ts';
import type { IncomingPath } from '../../direct/index.ts';
import { HopError, parseHopStreamParams, readHandshakeMessage } from './hop-stream.ts';
import { HOP_LIMITS } from '../limits.ts';
import { channelOver } from './stream-channel.ts';

export type HopDestinationOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  onIncoming(incoming: IncomingPath): void;
}>;

/**
 * Serves the destination's end of a hop path: reads message 1 from a stream that a hop opened. The sender named by the
 * hop is ignored, since message 1 authenticates it.
 */
export class HopDestination {
  readonly #options: HopDestinationOptions;
  readonly #streams = new Map<PeerId, Set<LinkStream>>();

  constructor(options: HopDestinationOptions) {
    this.#options = options;
  }

  /** Accepts a stream opened by a paired hop. */
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
      // No answer, as on a direct path; the timer ends the stream.
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
          return channelOver(stream, clock, read.rest);
        },
        drop() {
          // The timer ends it.
        },
      });
    } catch (error) {
      logger.debug('a path through a hop failed', { hop, errorCode: errorCode(error) });
    }
  }
}
