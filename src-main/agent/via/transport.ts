import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { DialledPath } from '#node/sockets/index.ts';
import type { IncomingPath } from '../direct/index.ts';
import { dialThroughHop, type ViaDialOptions } from './dial.ts';
import { HopServer, type HopServerOptions } from './middle.ts';
import { HopDestination } from './target.ts';

export type HopTransportOptions = HopServerOptions;

/** Paths through another peer: at both ends and in the middle (PROTOCOL, "Through another peer"). */
export class HopTransport {
  /** Somebody sent a whole message 1 through a paired peer. Without a listener they hear nothing. */
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
  readonly #options: HopTransportOptions;
  readonly #middle: HopServer;
  readonly #target: HopDestination;

  constructor(options: HopTransportOptions) {
    const { clock, logger } = options;
    this.#options = options;
    this.#middle = new HopServer(options);
    this.#target = new HopDestination({ clock, logger, onIncoming: (incoming) => this.onIncoming?.(incoming) });
  }

  /** Ways through this device now. */
  get passing(): number {
    return this.#middle.count;
  }

  /**
   * Dials a peer through another one.
   * @throws {ViaError} `via.busy`, `.unreachable`, `.refused`, `.self`, `.params`, `.no-answer`, `.aborted`; {LinkError} of the session with the
   *   middle peer
   */
  dial(
    middle: Pick<Session, 'open'>,
    to: PeerId,
    message1: Uint8Array,
    signal: AbortSignal,
    options: Pick<ViaDialOptions, 'ask' | 'onWaiting'> = {},
  ): Promise<DialledPath> {
    return dialThroughHop(middle, to, message1, { ...options, clock: this.#options.clock, signal });
  }

  /** A `relay` stream with `to`, whose opener has the right `relay`. Resolves when it has ended; never rejects. */
  serveMiddle(stream: IncomingStream, from: PeerId): Promise<void> {
    return this.#middle.serve(stream, from);
  }

  /** A `relay` stream with `from`, of any paired peer: no right is needed, since what comes has to prove itself. */
  takeIncoming(stream: IncomingStream, middle: PeerId): void {
    this.#target.take(stream, middle);
  }

  /** Ends the ways through this device that this peer opened: it lost its right. */
  revoke(peerId: PeerId): void {
    this.#middle.revoke(peerId);
  }

  /** Ends every way through and to this device. */
  close(): void {
    this.#middle.close();
    this.#target.close();
  }
}
