import type { LinkStream, IncomingStream, OutgoingStream, Session } from '#shared/link/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { HopError, parseHopStreamParams } from './hop-stream.ts';
import { HOP_LIMITS } from '../limits.ts';

const BUFFER = 64 * 1024 + 1024;

/**
 * Copies both directions until both have ended, with back-pressure; an ended direction leaves the other running. A
 * reset of either stream, or the signal, resets both. Never rejects; idle streams stay open without limit.
 */
export async function pipeBidirectional(left: LinkStream, right: LinkStream, signal: AbortSignal): Promise<void> {
  const cut = (): void => {
    left.reset(0);
    right.reset(0);
  };
  const cutUnlessFinished = (end: unknown): void => {
    if (end !== 'finished') cut();
  };
  // A direction that waits for its reader does not see the other side go.
  void left.closed.then(cutUnlessFinished);
  void right.closed.then(cutUnlessFinished);
  signal.addEventListener('abort', cut, { once: true });
  if (signal.aborted) cut();
  await Promise.all([copy(left, right).catch(cut), copy(right, left).catch(cut)]);
  signal.removeEventListener('abort', cut);
}

async function copy(from: LinkStream, to: LinkStream): Promise<void> {
  const buffer = new Uint8Array(BUFFER);
  for (;;) {
    const length = await from.readInto(buffer);
    if (length === null) break;
    await to.write(buffer.subarray(0, length));
  }
  await to.end();
}

export type HopServerOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  ownId: PeerId;
  /**
   * Returns a session with a paired peer, live or dialled without hops, since two devices could otherwise wait for each
   * other.
   * @throws where no session is possible
   */
  session(to: PeerId, signal: AbortSignal): Promise<Pick<Session, 'open'>>;
}>;

type PassedStream = Readonly<{ opener: PeerId; end: AbortController }>;

/** Serves as a hop: pipes sealed bytes between two peers, within limits per opener and in total. */
export class HopServer {
  readonly #options: HopServerOptions;
  readonly #streams = new Set<PassedStream>();

  constructor(options: HopServerOptions) {
    this.#options = options;
  }

  /** Number of streams passed on now. */
  get count(): number {
    return this.#streams.size;
  }

  /** Passes on a stream whose opener has the right. Resolves when it has ended; never rejects. */
  async serve(offer: IncomingStream, opener: PeerId): Promise<void> {
    const passed: PassedStream = { opener, end: new AbortController() };
    try {
      const to = this.#admit(offer.params, opener);
      this.#streams.add(passed);
      const onward = await this.#open(to, opener, AbortSignal.any([passed.end.signal, offer.cancelled]));
      await pipeBidirectional(offer.accept(), onward, passed.end.signal);
    } catch (error) {
      const known = error instanceof HopError;
      // Details are hidden from the opener, who would learn which peers this device knows.
      offer.refuse(known ? error.code : 'via.unreachable', known ? error.message : 'the peer cannot be reached');
      this.#options.logger.info('a stream could not be passed on', {
        from: opener,
        errorCode: errorCode(error),
        reason: errorMessage(error),
      });
    } finally {
      this.#streams.delete(passed);
    }
  }

  /** Ends the opener's streams after it lost its right. */
  revoke(opener: PeerId): void {
    for (const { opener: other, end } of this.#streams) if (other === opener) end.abort();
  }

  close(): void {
    for (const { end } of this.#streams) end.abort();
  }

  #admit(params: unknown, opener: PeerId): PeerId {
    const request = parseHopStreamParams(params);
    if (!('to' in request)) throw new HopError('via.params', 'the params name no target');
    if (request.to === opener || request.to === this.#options.ownId)
      throw new HopError('via.self', 'a hop leads to a third device');
    const own = Array.from(this.#streams).filter((passed) => passed.opener === opener).length;
    if (own >= HOP_LIMITS.passedOnPerOpener || this.#streams.size >= HOP_LIMITS.passedOn)
      throw new HopError('via.busy', 'too many streams are passed on already');
    return request.to;
  }

  /** Opens the stream to the destination and waits until it is accepted. */
  async #open(to: PeerId, opener: PeerId, ended: AbortSignal): Promise<OutgoingStream> {
    const late = new AbortController();
    const timer = this.#options.clock.setTimer(HOP_LIMITS.passOnOpen, () => late.abort());
    const signal = AbortSignal.any([ended, late.signal]);
    try {
      const session = await unless(signal, this.#options.session(to, signal));
      const onward = session.open('relay', { from: opener }, { priority: 'normal', signal });
      try {
        await unless(signal, onward.opened);
      } catch (error) {
        onward.reset(0);
        throw error;
      }
      return onward;
    } finally {
      timer.cancel();
    }
  }
}

/** Resolves like the promise, or rejects when the signal aborts first. */
function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new HopError('via.unreachable', 'the peer cannot be reached'));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
