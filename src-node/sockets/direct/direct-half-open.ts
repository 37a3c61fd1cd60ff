import type { Socket } from 'node:net';
import { frameMessage, FramedMessageReader } from '#shared/handshake/index.ts';
import { concatBytes } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { DIRECT_KEEP_ALIVE, DIRECT_READ_BUFFER } from './direct-dial.ts';
import { endedChannel } from './direct-ended-channel.ts';
import { lendReads } from '../lend-reads.ts';
import { SocketChannel } from '../socket-channel.ts';

/**
 * State of the connection: `reading` message 1; `checking` while the owner checks message 1; `silent` after a rejected message; `over` when accepted or
 * closed.
 */
type State = 'reading' | 'checking' | 'silent' | 'over';

/** Time limit and callbacks of an unauthenticated connection. */
export type HalfOpenOptions = Readonly<{
  clock: Clock;
  /** Time limit from the connection to its acceptance, ms. */
  timeout: number;
  /** Address group (`addressGroup`) under which the connection counts. */
  group: string;
  /** Called with the complete message 1. */
  onMessage(message1: Uint8Array): void;
  /** Called when the connection was closed (undefined) or accepted, with the socket that carries it from then on. */
  onOver(socket: Socket | undefined): void;
}>;

/**
 * Incoming direct connection that has not been accepted yet. It gets no byte in answer before `accept`: after a wrong message reading stops, and the
 * connection is reset at the time limit, so that a port scanner learns the same from every attempt. Created by `DirectListener`.
 */
export class HalfOpen {
  readonly group: string;
  readonly #socket: Socket;
  readonly #options: HalfOpenOptions;
  readonly #reader = new FramedMessageReader();
  readonly #timer: Timer;
  #state: State = 'reading';
  /** Bytes received after message 1. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(socket: Socket, options: HalfOpenOptions) {
    this.group = options.group;
    this.#socket = socket;
    this.#options = options;
    this.#timer = options.clock.setTimer(options.timeout, () => this.destroy());
    socket.on('data', this.#onData).on('error', ignore).on('close', this.#onClose);
  }

  get state(): State {
    return this.#state;
  }

  /** Sends message 2 and returns the channel of the new path; a closed channel if the connection is gone. */
  accept(message2: Uint8Array): ByteChannel {
    if (this.#state !== 'checking' || this.#socket.destroyed) {
      this.destroy();
      return endedChannel();
    }
    this.#timer.cancel();
    this.#state = 'over';
    const given = this.#socket;
    given.off('data', this.#onData).off('close', this.#onClose);
    // The socket is paused; bytes that arrived since are in its buffer, which `lendReads` wants empty.
    const waiting: Uint8Array | null = given.read();
    const rest = waiting === null ? this.#rest : concatBytes(this.#rest, waiting);
    const socket = lendReads(given, DIRECT_READ_BUFFER, (chunk) => channel.take(chunk));
    socket.setNoDelay(true).setKeepAlive(true, DIRECT_KEEP_ALIVE);
    const channel = new SocketChannel(socket, this.#options.clock);
    this.#options.onOver(socket);
    channel.write([frameMessage(message2)]);
    if (rest.length > 0) channel.take(rest);
    return channel;
  }

  /** Ignores a message that is wrong or for another device; the connection stays silent until the time limit. */
  drop(): void {
    if (this.#state === 'over') return;
    this.#state = 'silent';
    this.#socket.off('data', this.#onData).pause();
  }

  /** Resets the connection, unless it was accepted. */
  destroy(): void {
    if (this.#state === 'over') return;
    this.#end();
    this.#socket.resetAndDestroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    const read = this.#reader.push(chunk);
    if (read === 'incomplete') return;
    this.#socket.off('data', this.#onData).pause();
    if (read === 'malformed') {
      this.drop();
      return;
    }
    this.#state = 'checking';
    this.#rest = read.rest.slice();
    this.#options.onMessage(read.message);
  };

  readonly #onClose = (): void => {
    if (this.#state !== 'over') this.#end();
  };

  #end(): void {
    this.#state = 'over';
    this.#timer.cancel();
    this.#options.onOver(undefined);
  }
}

function ignore(): void {
  // `close` follows.
}
