import type { DialedPath } from '#shared/direct/index.ts';
import { frameMessage } from '#shared/handshake/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type OutgoingStream, type Session } from '#shared/link/index.ts';
import { HopError, readHandshakeMessage } from './hop-stream.ts';
import { HOP_LIMITS } from '../limits.ts';
import { createStreamChannel } from './stream-channel.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { IncomingPath } from '../../direct/index.ts';
import { HopServer, type HopServerOptions } from './hop-server.ts';
import { HopDestination } from './hop-destination.ts';

/** Options of one dial through a hop. */
export type HopDialOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  /** False: the hop must not ask its user. Default: true. */
  ask?: boolean | undefined;
  /** Called with the hop's message when the hop reports that its user is deciding. */
  onWaiting?: ((message: string) => void) | undefined;
}>;

/** Codes of a hop's refusal that are passed on. Every other refusal becomes `via.refused`. */
const REASONS: ReadonlySet<string> = new Set(['via.params', 'via.self', 'via.busy', 'via.unreachable']);

/**
 * Dials a peer through a hop: opens a stream and sends message 1 on it. The hop isn't trusted; only the handshake proves who answered.
 * @throws {HopError}
 * @throws {LinkError} `link.closed`, `link.too-many-streams` of the session with the hop
 */
export async function dialThroughHop(
  hop: Pick<Session, 'open'>,
  to: PeerId,
  message1: Uint8Array,
  options: HopDialOptions,
): Promise<DialedPath> {
  const { clock, signal, ask = true } = options;
  if (signal.aborted) throw new HopError('via.aborted', 'given up');
  const stream = hop.open('relay', ask ? { to } : { to, ask }, { priority: 'normal' });
  let timer: Timer | undefined;
  let onAbort: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    // The shared `withTimeout` doesn't fit: this time limit grows when the hop asks its user.
    const wait = (timeout: number): void => {
      timer?.cancel();
      timer = clock.setTimer(timeout, () => reject(new HopError('via.no-answer', 'no answer came in time')));
    };
    wait(HOP_LIMITS.dial);
    stream.onWaiting = (message) => {
      // With `ask: false` a hop gets no extra time for asking its user.
      if (!ask) return;
      wait(HOP_LIMITS.dialWhileAsked);
      options.onWaiting?.(message);
    };
    onAbort = () => reject(new HopError('via.aborted', 'given up'));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([exchange(stream, message1, clock), givenUp]);
  } catch (error) {
    stream.reset(0);
    throw error;
  } finally {
    timer?.cancel();
    stream.onWaiting = undefined;
    signal.removeEventListener('abort', onAbort);
  }
}

async function exchange(stream: OutgoingStream, message1: Uint8Array, clock: Clock): Promise<DialedPath> {
  // Fits the credit a stream has before its answer, which saves a round trip; the answer confirms it.
  stream.write(frameMessage(message1)).catch(() => undefined);
  try {
    await stream.opened;
    const answer = await readHandshakeMessage(stream);
    if (answer !== undefined)
      return { message2: answer.message, channel: createStreamChannel(stream, clock, answer.rest) };
  } catch (error) {
    throw refusal(error);
  }
  throw new HopError('via.no-answer', 'the stream brought no answer');
}

function refusal(error: unknown): HopError {
  if (!(error instanceof LinkError) || error.code !== 'link.refused')
    return new HopError('via.no-answer', `the stream broke: ${errorMessage(error)}`, { cause: error });
  const { code, message } = error.details;
  const known = typeof code === 'string' && REASONS.has(code);
  return new HopError(known ? code : 'via.refused', typeof message === 'string' ? message : error.message, {
    cause: error,
    details: { refusal: typeof code === 'string' ? code : 'none' },
  });
}

export type HopTransportOptions = HopServerOptions;

/**
 * Paths through hops, in all three roles: dialing device, hop and destination (PROTOCOL, "Through another peer"). One per agent. Links dial through
 * it; the module `streams` passes it the `relay` streams of peers.
 */
export class HopTransport {
  /** Receives each complete message 1 that arrives through a paired hop. If undefined, callers get no answer. */
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
  readonly #options: HopTransportOptions;
  readonly #server: HopServer;
  readonly #destination: HopDestination;

  constructor(options: HopTransportOptions) {
    const { clock, logger } = options;
    this.#options = options;
    this.#server = new HopServer(options);
    this.#destination = new HopDestination({ clock, logger, onIncoming: (incoming) => this.onIncoming?.(incoming) });
  }

  /** Number of streams for which this device is the hop now. */
  get passedOn(): number {
    return this.#server.count;
  }

  /**
   * Dials a peer through a hop.
   * @throws {HopError} `via.busy`, `.unreachable`, `.refused`, `.self`, `.params`, `.no-answer`, `.aborted`
   * @throws {LinkError} error of the session with the hop
   */
  dial(
    hop: Pick<Session, 'open'>,
    to: PeerId,
    message1: Uint8Array,
    signal: AbortSignal,
    options: Pick<HopDialOptions, 'ask' | 'onWaiting'> = {},
  ): Promise<DialedPath> {
    return dialThroughHop(hop, to, message1, { ...options, clock: this.#options.clock, signal });
  }

  /**
   * Acts as the hop for a `relay` stream with `to`. The caller has checked that the opener has the right `relay`. Resolves when the stream has ended;
   * never rejects.
   */
  passOn(stream: IncomingStream, from: PeerId): Promise<void> {
    return this.#server.serve(stream, from);
  }

  /** Accepts a `relay` stream with `from`, which a paired hop has opened to this device. Needs no right, since the caller must authenticate. */
  receive(stream: IncomingStream, hop: PeerId): void {
    this.#destination.receive(stream, hop);
  }

  /** Resets the streams for which this device is the peer's hop. Called when the peer has lost its right. */
  revoke(peerId: PeerId): void {
    this.#server.revoke(peerId);
  }

  /** Resets all `relay` streams at this device. */
  close(): void {
    this.#server.close();
    this.#destination.close();
  }
}
