import { concatBytes } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { LinkError, type ByteChannel, type ChannelHandlers } from '#shared/link/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { RelayClientError } from './errors.ts';

/** The control connection, as far as one channel uses it. */
export interface EarlyDataPort {
  send(bytes: Uint8Array): void;
  /**
   * Ends this side's early data.
   * @param bytes number of bytes sent
   */
  sendEnd(bytes: number): void;
  /** Gives the connection up. */
  cancel(): void;
  /** Called at most once, when both sides have switched to the data connection. */
  switched(): void;
  /** Called once, however the channel ended. */
  over(): void;
}

/** Once joined, the other side's `early-end` is due; it was sent when the data connection became ready. */
const SWITCH_TIMEOUT = 10_000;
const CLOSE_DEADLINE = 5000;

/**
 * A byte channel that works before its data connection does (PROTOCOL section 7): first over control, at most 16 KiB a side, then over the
 * data connection. Each side says how many bytes it sent over control; what comes on the data connection is held until exactly those have
 * arrived, so that nothing is reordered, lost or doubled by the change.
 */
export class EarlyDataChannel implements ByteChannel {
  readonly #port: EarlyDataPort;
  readonly #clock: Clock;
  #handlers: ChannelHandlers | undefined;
  #data: ByteChannel | undefined;
  #sentEarly = 0;
  #receivedEarly = 0;
  /** The other side's early-end has come, and it was true. */
  #otherSwitched = false;
  /** Written beyond the allowance: waits for the data connection. */
  #outbox: Uint8Array[] = [];
  #outboxBytes = 0;
  #drainWanted = false;
  /** Early data that came before it was wanted; at most the allowance. */
  #inbox: Uint8Array[] = [];
  #paused = false;
  #closing = false;
  #dataEnded = false;
  #toldSwitched = false;
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

  /** Both directions run over the data connection. */
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
    // What was written still goes out, if the data connection comes in time.
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(deadline, () => this.destroy());
  }

  destroy(error?: Error): void {
    this.#end(error, true);
  }

  /** Switches to the data connection: announces the switch and sends the queued bytes there. */
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

  /** Early data of the other side. The bytes are the channel's own. */
  receiveEarly(bytes: Uint8Array): void {
    if (this.#over !== undefined) return;
    if (this.#otherSwitched) {
      this.#lie('early data after its end');
      return;
    }
    this.#receivedEarly += bytes.length;
    if (this.#receivedEarly > RELAY_LIMITS.earlyData) {
      this.#lie('more early data than allowed');
      return;
    }
    if (this.#closing) return;
    this.#inbox.push(bytes);
    this.#flow();
  }

  /** @param bytes what the other side says it sent over control */
  receiveEarlyEnd(bytes: number): void {
    if (this.#over !== undefined) return;
    if (this.#otherSwitched || bytes !== this.#receivedEarly) {
      this.#lie(
        this.#otherSwitched ? 'a second end of early data' : `${this.#receivedEarly} bytes came, ${bytes} were sent`,
      );
      return;
    }
    this.#otherSwitched = true;
    if (this.#data !== undefined && !this.#closing) this.#timer?.cancel();
    this.#flow();
  }

  /** Control is gone, or the relay calls the connection over: fatal only while control is still needed. */
  controlLost(cause: Error): void {
    if (this.isSwitched || this.#over !== undefined) return;
    this.#end(new LinkError('link.path-lost', `the path did not come about: ${cause.message}`, { cause }), false);
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

  /** Hands over what came early, in order, and then lets the data connection run. */
  #flow(): void {
    while (!this.#paused && this.#handlers !== undefined) {
      const next = this.#inbox.shift();
      if (next === undefined) break;
      this.#handlers.data(next);
    }
    if (!this.isSwitched || this.#over !== undefined) return;
    this.#tellSwitched();
    if (this.#inbox.length > 0 || this.#handlers === undefined) return;
    if (this.#dataEnded) this.#end(undefined, false);
    else if (!this.#paused) this.#data?.resume();
  }

  /** An orderly end waits for what came over control and was not taken yet, or is still on its way there. */
  #dataClosed(cause: Error | undefined): void {
    const waits = this.#inbox.length > 0 || !this.#otherSwitched;
    if (cause === undefined && waits && !this.#closing) this.#dataEnded = true;
    else this.#end(cause, false);
  }

  #lie(reason: string): void {
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

  #tellSwitched(): void {
    if (this.#toldSwitched) return;
    this.#toldSwitched = true;
    this.#port.switched();
  }

  #report(): void {
    const handlers = this.#handlers;
    if (handlers === undefined || this.#over === undefined) return;
    this.#handlers = undefined;
    handlers.closed(this.#over.error);
  }
}
