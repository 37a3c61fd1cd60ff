import { concatBytes } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { LinkError, type ByteChannel, type ChannelHandlers } from '#shared/link/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { RelayClientError } from './errors.ts';

/** Part of the control connection that one channel uses. */
export interface EarlyDataPort {
  send(bytes: Uint8Array): void;
  /**
   * Announces the end of this side's early data.
   * @param bytes number of bytes sent as early data
   */
  sendEnd(bytes: number): void;
  /** Tells the relay that the connection is given up. */
  cancel(): void;
  /** Called at most once, when both sides use the data connection. */
  switched(): void;
  /** Called once, when the channel has ended for any reason. */
  over(): void;
}

/** Longest time between this side's switch to the data connection and the other side's `early-end`, ms. */
const SWITCH_TIMEOUT = 10_000;
const CLOSE_DEADLINE = 5000;

/**
 * Byte channel of a relay path that works before its data connection is ready (PROTOCOL section 7): it first sends at most 16 KiB per side as early
 * data over the control connection, then switches to the data connection. Each side announces how many early bytes it sent; bytes from the data
 * connection are held until all early bytes have arrived, so that none are reordered, lost or doubled. Created by `PendingConnections`.
 */
export class EarlyDataChannel implements ByteChannel {
  readonly #port: EarlyDataPort;
  readonly #clock: Clock;
  #handlers: ChannelHandlers | undefined;
  #data: ByteChannel | undefined;
  #sentEarly = 0;
  #receivedEarly = 0;
  /** True once the other side's `early-end` has arrived and its count was right. */
  #otherSwitched = false;
  /** Bytes beyond the limit of early data, which wait for the data connection. */
  #outbox: Uint8Array[] = [];
  #outboxBytes = 0;
  #drainWanted = false;
  /** Early data that has arrived but was not yet delivered. At most the limit of early data. */
  #inbox: Uint8Array[] = [];
  #paused = false;
  #closing = false;
  #dataEnded = false;
  #switchedReported = false;
  readonly #ended = new AbortController();
  #over: Readonly<{ error: Error | undefined }> | undefined;
  #timer: Timer | undefined;

  constructor(port: EarlyDataPort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  get bufferedBytes(): number {
    return this.#outboxBytes + (this.#data?.bufferedBytes ?? 0);
  }

  /** Aborted when the channel has ended. */
  get over(): AbortSignal {
    return this.#ended.signal;
  }

  /** True if both directions use the data connection. */
  get isSwitched(): boolean {
    return this.#data !== undefined && this.#otherSwitched;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.#closing || this.#over !== undefined) return true;
    if (this.#data !== undefined) return this.#data.write(pieces);
    this.#writeEarly(pieces);
    if (this.#outboxBytes === 0) return true;
    this.#drainWanted = true;
    return false;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    this.#flow();
    if (this.#over !== undefined) this.#report();
  }

  pause(): void {
    this.#paused = true;
    this.#data?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#flow();
  }

  close(deadline = CLOSE_DEADLINE): void {
    if (this.#closing || this.#over !== undefined) return;
    this.#closing = true;
    this.#inbox = [];
    if (this.#data !== undefined) {
      this.#data.close(deadline);
      return;
    }
    // Queued bytes are still sent if the data connection becomes ready in time.
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(deadline, () => this.destroy());
  }

  destroy(error?: Error): void {
    this.#end(error, true);
  }

  /** Switches to the data connection: announces the end of early data and sends the queued bytes. */
  attach(data: ByteChannel): void {
    if (this.#over !== undefined) {
      data.destroy();
      return;
    }
    this.#data = data;
    this.#port.sendEnd(this.#sentEarly);
    data.pause();
    data.setHandlers({
      data: (chunk) => this.#handlers?.data(chunk),
      drain: () => this.#handlers?.drain(),
      closed: (cause) => this.#dataClosed(cause),
    });
    const room = this.#outboxBytes === 0 || data.write(this.#outbox);
    this.#outbox = [];
    this.#outboxBytes = 0;
    if (this.#closing) {
      this.#timer?.cancel();
      data.close(CLOSE_DEADLINE);
      return;
    }
    if (!this.#otherSwitched) {
      this.#timer = this.#clock.setTimer(SWITCH_TIMEOUT, () => {
        this.destroy(new LinkError('link.path-lost', 'the other side did not follow to the data connection'));
      });
    }
    this.#flow();
    if (room && this.#drainWanted) this.#handlers?.drain();
  }

  /** Handles early data of the other side. The channel keeps the bytes. */
  receiveEarly(bytes: Uint8Array): void {
    if (this.#over !== undefined) return;
    if (this.#otherSwitched) {
      this.#reject('early data after its end');
      return;
    }
    this.#receivedEarly += bytes.length;
    if (this.#receivedEarly > RELAY_LIMITS.earlyData) {
      this.#reject('more early data than allowed');
      return;
    }
    if (this.#closing) return;
    this.#inbox.push(bytes);
    this.#flow();
  }

  /** Handles the other side's end of early data. @param bytes number of early bytes that the other side has sent */
  receiveEarlyEnd(bytes: number): void {
    if (this.#over !== undefined) return;
    if (this.#otherSwitched || bytes !== this.#receivedEarly) {
      this.#reject(
        this.#otherSwitched ? 'a second end of early data' : `${this.#receivedEarly} bytes came, ${bytes} were sent`,
      );
      return;
    }
    this.#otherSwitched = true;
    if (this.#data !== undefined && !this.#closing) this.#timer?.cancel();
    this.#flow();
  }

  /** Handles the loss of the control connection. Fatal only while the channel still needs it. */
  controlLost(cause: Error): void {
    if (this.isSwitched || this.#over !== undefined) return;
    this.#end(new LinkError('link.path-lost', `the path was not established: ${cause.message}`, { cause }), false);
  }

  #writeEarly(pieces: readonly Uint8Array[]): void {
    const early: Uint8Array[] = [];
    let room = this.#outboxBytes > 0 ? 0 : RELAY_LIMITS.earlyData - this.#sentEarly;
    for (const piece of pieces) {
      const now = Math.min(room, piece.length);
      if (now > 0) early.push(piece.subarray(0, now));
      room -= now;
      if (now === piece.length) continue;
      this.#outbox.push(piece.subarray(now));
      this.#outboxBytes += piece.length - now;
    }
    if (early.length === 0) return;
    const bytes = concatBytes(...early);
    this.#sentEarly += bytes.length;
    this.#port.send(bytes);
  }

  /** Delivers early data in order, then resumes the data connection. */
  #flow(): void {
    while (!this.#paused && this.#handlers !== undefined) {
      const next = this.#inbox.shift();
      if (next === undefined) break;
      this.#handlers.data(next);
    }
    if (!this.isSwitched || this.#over !== undefined) return;
    this.#reportSwitched();
    if (this.#inbox.length > 0 || this.#handlers === undefined) return;
    if (this.#dataEnded) this.#end(undefined, false);
    else if (!this.#paused) this.#data?.resume();
  }

  /** Ends the channel. After an orderly end of the data connection, waits for early data that has not arrived or was not delivered. */
  #dataClosed(cause: Error | undefined): void {
    const waits = this.#inbox.length > 0 || !this.#otherSwitched;
    if (cause === undefined && waits && !this.#closing) this.#dataEnded = true;
    else this.#end(cause, false);
  }

  #reject(reason: string): void {
    this.destroy(
      new RelayClientError('relay.early-data', `the early data do not add up: ${reason}`, { details: { reason } }),
    );
  }

  #end(error: Error | undefined, byUs: boolean): void {
    if (this.#over !== undefined) return;
    this.#over = { error };
    this.#timer?.cancel();
    this.#outbox = [];
    this.#outboxBytes = 0;
    this.#inbox = [];
    if (byUs && !this.isSwitched) this.#port.cancel();
    this.#data?.destroy(error);
    this.#ended.abort();
    this.#port.over();
    this.#report();
  }

  #reportSwitched(): void {
    if (this.#switchedReported) return;
    this.#switchedReported = true;
    this.#port.switched();
  }

  #report(): void {
    const handlers = this.#handlers;
    if (handlers === undefined || this.#over === undefined) return;
    this.#handlers = undefined;
    handlers.closed(this.#over.error);
  }
}
