import { connect, type Socket } from 'node:net';
import { frameMessage, FramedMessageReader } from '#shared/handshake/index.ts';
import { formatAddress, DirectError, type DialedPath, type DirectTarget } from '#shared/direct/index.ts';
import type { Clock } from '#shared/clock.ts';
import { directErrorOf } from './direct-errors.ts';
import { SocketChannel } from '../socket-channel.ts';

/** Time limit from the first packet to the complete message 2, ms. */
const DIAL_TIMEOUT = 3000;
/** Size of the read buffer of a direct path, bytes. Large reads make bulk transfers fast (docs/PERFORMANCE.md). */
export const DIRECT_READ_BUFFER = 256 * 1024;
/** Idle time after which the system checks whether the peer's machine still answers, ms; sessions notice earlier. */
export const DIRECT_KEEP_ALIVE = 30_000;

/** Clock, signal and time limit of a direct dial. */
export type DirectDialOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  /** Time limit, ms; default 3000. */
  timeout?: number | undefined;
}>;

/**
 * Dials a peer's direct listener over TCP: sends message 1 of the handshake and waits for message 2, which is unverified until the caller has checked
 * it. Called by the sockets that `createDirectSockets` makes.
 * @throws {DirectError} `direct.connection-refused`, `direct.unreachable`, `direct.timeout`, `direct.no-answer`, `direct.aborted`
 */
export function dialDirect(
  target: DirectTarget,
  message1: Uint8Array,
  options: DirectDialOptions,
): Promise<DialedPath> {
  return new Promise((resolve, reject) => {
    new DirectDial(target, message1, options, resolve, reject).start();
  });
}

class DirectDial {
  readonly #target: DirectTarget;
  readonly #address: string;
  readonly #message1: Uint8Array;
  readonly #options: DirectDialOptions;
  readonly #resolve: (dialed: DialedPath) => void;
  readonly #reject: (error: DirectError) => void;
  readonly #reader = new FramedMessageReader();
  #socket: Socket | undefined;
  #channel: SocketChannel | undefined;
  #connected = false;
  #over = false;
  #stopWaiting: () => void = () => undefined;

  constructor(
    target: DirectTarget,
    message1: Uint8Array,
    options: DirectDialOptions,
    resolve: (dialed: DialedPath) => void,
    reject: (error: DirectError) => void,
  ) {
    this.#target = target;
    this.#address = formatAddress(target);
    this.#message1 = message1;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { clock, signal, timeout } = this.#options;
    if (signal.aborted) {
      this.#fail(new DirectError('direct.aborted', 'given up'));
      return;
    }
    const onAbort = (): void => this.#fail(new DirectError('direct.aborted', 'given up'));
    const timer = clock.setTimer(timeout ?? DIAL_TIMEOUT, () => this.#late());
    signal.addEventListener('abort', onAbort, { once: true });
    this.#stopWaiting = () => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
    };
    this.#open();
  }

  #open(): void {
    const socket = connect({
      ...this.#target,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: DIRECT_KEEP_ALIVE,
      onread: {
        // Not a Buffer: its `slice` is a view, and a receiver that keeps one would see the next chunk's bytes.
        buffer: new Uint8Array(DIRECT_READ_BUFFER),
        callback: (length: number, buffer: Uint8Array): boolean => this.#take(buffer.subarray(0, length)),
      },
    });
    this.#socket = socket;
    socket.on('error', this.#onError).on('end', this.#onEnd).on('close', this.#onEnd);
    socket.once('connect', () => {
      this.#connected = true;
      socket.write(frameMessage(this.#message1));
    });
  }

  #take(chunk: Uint8Array): boolean {
    if (this.#channel !== undefined) return this.#channel.take(chunk);
    if (this.#over || this.#socket === undefined) return true;
    const read = this.#reader.push(chunk);
    if (read === 'incomplete') return true;
    if (read === 'malformed') {
      this.#fail(this.#noAnswer('it sent something else than an answer'));
      return true;
    }
    this.#over = true;
    this.#stopWaiting();
    const socket = this.#socket;
    const channel = new SocketChannel(socket, this.#options.clock);
    socket.off('error', this.#onError).off('end', this.#onEnd).off('close', this.#onEnd);
    this.#channel = channel;
    this.#resolve({ message2: read.message, channel });
    return read.rest.length === 0 ? true : channel.take(read.rest);
  }

  readonly #onError = (error: Error): void => {
    this.#fail(this.#connected ? this.#noAnswer(error.message) : directErrorOf(error, this.#address));
  };

  readonly #onEnd = (): void => this.#fail(this.#noAnswer('it closed the connection'));

  #late(): void {
    if (this.#connected) this.#fail(this.#noAnswer('it is silent'));
    else
      this.#fail(new DirectError('direct.timeout', 'no connection in time', { details: { address: this.#address } }));
  }

  #noAnswer(reason: string): DirectError {
    return new DirectError('direct.no-answer', `${this.#address} does not answer: ${reason}`, {
      details: { address: this.#address, reason },
    });
  }

  #fail(error: DirectError): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopWaiting();
    this.#socket?.destroy();
    this.#reject(error);
  }
}
