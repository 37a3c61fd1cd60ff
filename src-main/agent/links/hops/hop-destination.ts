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

/** This device at the end of a way. Whom the middle peer names is not even looked at: message 1 says who it is. */
export class HopDestination {
  readonly #options: HopDestinationOptions;
  readonly #streams = new Map<PeerId, Set<LinkStream>>();

  constructor(options: HopDestinationOptions) {
    this.#options = options;
  }

  /** Takes the stream of a middle peer that is paired with this device. */
  receive(offer: IncomingStream, hop: PeerId): void {
    const streams = this.#streams.get(hop) ?? new Set<LinkStream>();
    try {
      if (!('from' in parseHopStreamParams(offer.params)))
        throw new HopError('via.params', 'the params name no origin');
      if (streams.size >= HOP_LIMITS.receivedPerHop) throw new HopError('via.busy', 'too many ways end at this device');
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
      // Silence, as on a direct path: it is over when its time is.
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
      logger.debug('a way through another peer came to nothing', { hop, errorCode: errorCode(error) });
    }
  }
}
