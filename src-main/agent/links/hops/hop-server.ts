import type { LinkStream, IncomingStream, OutgoingStream, Session } from '#shared/link/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { HopError, parseHopStreamParams } from './hop-stream.ts';
import { HOP_LIMITS } from '../limits.ts';

const BUFFER = 64 * 1024 + 1024;

/**
 * Copies both ways until both directions have ended: a slow reader makes its writer wait, an end is passed on and the other direction goes
 * on. When either stream is cut, or the signal is aborted, both end at once. Never rejects; idle streams stay for ever.
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
   * The session with a paired peer, as it is or dialled over relay or direct; never by a way through another peer, or two devices could ask
   * each other in turns. Rejects when there is none.
   */
  session(to: PeerId, signal: AbortSignal): Promise<Pick<Session, 'open'>>;
}>;

type PassedStream = Readonly<{ opener: PeerId; end: AbortController }>;

/** This device in the middle: passes bytes on between two peers, and cannot read or change one of them unnoticed. */
export class HopServer {
  readonly #options: HopServerOptions;
  readonly #streams = new Set<PassedStream>();

  constructor(options: HopServerOptions) {
    this.#options = options;
  }

  /** Ways through this device now. */
  get count(): number {
    return this.#streams.size;
  }

  /** Serves a stream whose opener has the right; resolves when it has ended. Never rejects. */
  async serve(offer: IncomingStream, opener: PeerId): Promise<void> {
    const passed: PassedStream = { opener, end: new AbortController() };
    try {
      const to = this.#admit(offer.params, opener);
      this.#streams.add(passed);
      const onward = await this.#open(to, opener, AbortSignal.any([passed.end.signal, offer.cancelled]));
      await pipeBidirectional(offer.accept(), onward, passed.end.signal);
    } catch (error) {
      const known = error instanceof HopError;
      // Why it failed in detail is no business of the opener: it would learn whom this device knows.
      offer.refuse(known ? error.code : 'via.unreachable', known ? error.message : 'the peer cannot be reached');
      this.#options.logger.info('a way through this device did not come about', {
        from: opener,
        errorCode: errorCode(error),
        reason: errorMessage(error),
      });
    } finally {
      this.#streams.delete(passed);
    }
  }

  /** Ends what runs for this peer: it lost its right. */
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
      throw new HopError('via.self', 'a way through this device must lead to a third one');
    const own = Array.from(this.#streams).filter((passed) => passed.opener === opener).length;
    if (own >= HOP_LIMITS.passedOnPerOpener || this.#streams.size >= HOP_LIMITS.passedOn)
      throw new HopError('via.busy', 'too many ways lead through this device');
    return request.to;
  }

  /** The target's end of the way, accepted there. */
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

/** The promise's result, unless the signal is aborted first. */
function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new HopError('via.unreachable', 'the peer cannot be reached'));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
