import type { LinkStream, IncomingStream, OutgoingStream, Session } from '#shared/link/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { HopError, parseHopStreamParams } from './hop-stream.ts';
import { HOP_LIMITS } from '../limits.ts';

const BUFFER = 64 * 1024 + 1024;

/**
 * Copies bytes in both directions between two streams until both have ended, with back-pressure. The end of one direction leaves the other running. A
 * reset of either stream, or the signal, resets both. Never rejects. Idle streams stay open without a limit. Used by `HopServer`.
 */
export async function pipeBidirectional(left: LinkStream, right: LinkStream, signal: AbortSignal): Promise<void> {
  const cut = (): void => {
    left.reset(0);
    right.reset(0);
  };
  const cutUnlessFinished = (end: unknown): void => {
    if (end !== 'finished') cut();
  };
  // A direction that waits for room doesn't notice the end of the other stream by itself.
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

/** Dependencies of the server. */
export type HopServerOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  ownId: PeerId;
  /**
   * Returns a session with a paired peer, live or dialed without hops. Dialing through hops could make two devices wait for each other.
   * @throws if no session is possible
   */
  session(to: PeerId, signal: AbortSignal): Promise<Pick<Session, 'open'>>;
}>;

type PassedStream = Readonly<{ opener: PeerId; end: AbortController }>;

/**
 * Serves as a hop: copies sealed bytes between streams of two peers, within limits per opener and in total. Used by `HopTransport`. `StreamGate` has
 * checked the opener's right.
 */
export class HopServer {
  readonly #options: HopServerOptions;
  readonly #streams = new Set<PassedStream>();

  constructor(options: HopServerOptions) {
    this.#options = options;
  }

  /** Number of stream pairs being copied. */
  get count(): number {
    return this.#streams.size;
  }

  /** Connects a peer's stream to the destination that its parameters name. Resolves when the stream has ended; never rejects. */
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

  /** Resets the opener's streams. Called when the peer has lost its right to pass-through. */
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

  /** Opens the stream to the destination and waits until the destination accepts it. */
  async #open(to: PeerId, opener: PeerId, ended: AbortSignal): Promise<OutgoingStream> {
    const late = new AbortController();
    const timer = this.#options.clock.setTimer(HOP_LIMITS.passOnOpen, () => late.abort());
    const signal = AbortSignal.any([ended, late.signal]);
    try {
      const session = await orAbort(signal, this.#options.session(to, signal));
      const onward = session.open('relay', { from: opener }, { priority: 'normal', signal });
      try {
        await orAbort(signal, onward.opened);
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

/** Resolves like the promise, or rejects when the signal aborts. `withTimeout` doesn't fit: the signal also aborts when the opener's stream ends. */
function orAbort<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new HopError('via.unreachable', 'the peer cannot be reached'));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
