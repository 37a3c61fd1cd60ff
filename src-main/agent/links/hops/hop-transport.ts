import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type OutgoingStream, type Session } from '#shared/link/index.ts';
import { frameMessage, type DialledPath } from '#node/sockets/index.ts';
import { HopError, readHandshakeMessage } from './hop-stream.ts';
import { HOP_LIMITS } from '../limits.ts';
import { channelOver } from './stream-channel.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { IncomingPath } from '../../direct/index.ts';
import { HopServer, type HopServerOptions } from './hop-server.ts';
import { HopDestination } from './hop-destination.ts';

export type HopDialOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  /** Whether a person at the middle peer may be asked; true unless it says no. */
  ask?: boolean | undefined;
  /** A person at the middle peer is asked; the word they are asked with. */
  onWaiting?: ((message: string) => void) | undefined;
}>;

/** Words of a middle peer that say why; everything else it says is its refusal. */
const REASONS: ReadonlySet<string> = new Set(['via.params', 'via.self', 'via.busy', 'via.unreachable']);

/**
 * Asks the middle peer for a way to another one and sends message 1 along. What comes back proves nothing before the handshake has looked
 * at it: the middle peer is nobody to be trusted.
 * @throws {HopError} @throws {LinkError} `link.closed`, `link.too-many-streams` of the session with the middle peer
 */
export async function dialThroughHop(
  hop: Pick<Session, 'open'>,
  to: PeerId,
  message1: Uint8Array,
  options: HopDialOptions,
): Promise<DialledPath> {
  const { clock, signal, ask = true } = options;
  if (signal.aborted) throw new HopError('via.aborted', 'given up');
  const stream = hop.open('relay', ask ? { to } : { to, ask }, { priority: 'normal' });
  let timer: Timer | undefined;
  let onAbort: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    const wait = (timeout: number): void => {
      timer?.cancel();
      timer = clock.setTimer(timeout, () => reject(new HopError('via.no-answer', 'nothing came back in time')));
    };
    wait(HOP_LIMITS.dial);
    stream.onWaiting = (message) => {
      // Whoever says so although nobody is to be asked gets no more time for it.
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

async function exchange(stream: OutgoingStream, message1: Uint8Array, clock: Clock): Promise<DialledPath> {
  // Within the credit a stream has before its answer, so that no round trip is lost; whether it arrives, the answer tells.
  stream.write(frameMessage(message1)).catch(() => undefined);
  try {
    await stream.opened;
    const answer = await readHandshakeMessage(stream);
    if (answer !== undefined) return { message2: answer.message, channel: channelOver(stream, clock, answer.rest) };
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

/** Paths through another peer: at both ends and in the hop (PROTOCOL, "Through another peer"). */
export class HopTransport {
  /** Somebody sent a whole message 1 through a paired peer. Without a listener they hear nothing. */
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

  /** Ways through this device now. */
  get passedOn(): number {
    return this.#server.count;
  }

  /**
   * Dials a peer through another one.
   * @throws {HopError} `via.busy`, `.unreachable`, `.refused`, `.self`, `.params`, `.no-answer`, `.aborted`; {LinkError} of the session with the
   *   middle peer
   */
  dial(
    hop: Pick<Session, 'open'>,
    to: PeerId,
    message1: Uint8Array,
    signal: AbortSignal,
    options: Pick<HopDialOptions, 'ask' | 'onWaiting'> = {},
  ): Promise<DialledPath> {
    return dialThroughHop(hop, to, message1, { ...options, clock: this.#options.clock, signal });
  }

  /** A `relay` stream with `to`, whose opener has the right `relay`. Resolves when it has ended; never rejects. */
  passOn(stream: IncomingStream, from: PeerId): Promise<void> {
    return this.#server.serve(stream, from);
  }

  /** A `relay` stream with `from`, of any paired peer: no right is needed, since what comes has to prove itself. */
  receive(stream: IncomingStream, hop: PeerId): void {
    this.#destination.receive(stream, hop);
  }

  /** Ends the ways through this device that this peer opened: it lost its right. */
  revoke(peerId: PeerId): void {
    this.#server.revoke(peerId);
  }

  /** Ends every way through and to this device. */
  close(): void {
    this.#server.close();
    this.#destination.close();
  }
}
