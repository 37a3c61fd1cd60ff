import type { Socket } from 'node:net';
import { concatBytes } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { DIRECT_KEEP_ALIVE, DIRECT_READ_BUFFER } from './direct-dial.ts';
import { endedChannel } from './direct-ended-channel.ts';
import { frameMessage, FramedMessageReader } from './direct-framing.ts';
import { lendReads } from '../lend-reads.ts';
import { SocketChannel } from '../socket-channel.ts';

/** `reading` message 1; it is being `judged`; found bad and left in silence; no longer here. */
type State = 'reading' | 'judged' | 'silent' | 'over';

export type HalfOpenOptions = Readonly<{
  clock: Clock;
  /** ms from the connection to its acceptance. */
  timeout: number;
  /** Address group for which the connection counts. */
  group: string;
  onMessage(message1: Uint8Array): void;
  /** Called when the connection is closed, or accepted and carried by `socket` from now on. */
  onOver(socket: Socket | undefined): void;
}>;

/**
 * An unauthenticated connection. It gets no byte in answer: whatever is wrong with its data, reading stops and it is
 * reset at the time limit, so that a port scanner learns the same from every attempt.
 */
export class HalfOpen {
  readonly group: string;
  readonly #socket: Socket;
  readonly #options: HalfOpenOptions;
  readonly #reader = new FramedMessageReader();
  readonly #timer: Timer;
  #state: State = 'reading';
  /** Bytes after message 1. */
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

  /** Sends message 2; from here on the connection is a path. */
  accept(message2: Uint8Array): ByteChannel {
    if (this.#state !== 'judged' || this.#socket.destroyed) {
      this.destroy();
      return endedChannel();
    }
    this.#timer.cancel();
    this.#state = 'over';
    const given = this.#socket;
    given.off('data', this.#onData).off('close', this.#onClose);
    // It is paused, so what came since is in its buffer; moved reads begin with an empty one.
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
    this.#state = 'judged';
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
