import type { ClawReachError } from '../../errors.ts';
import { Cancellation } from './cancellation.ts';
import { clipText } from '../clip-text.ts';
import { LinkError } from '../errors.ts';
import { encodeFrame } from '../frame-encoder.ts';
import { FIELD, MAX_RETRY_AFTER } from '../frames.ts';
import type { ControlFrame, StreamFrame } from '../frames.ts';
import { TERMINAL_SEND_BUFFER } from '../limits.ts';
import { EffectivePriority, isInteractiveKind } from './priority.ts';
import { ReadingSide } from './reading-side.ts';
import type { Schedulable } from './scheduler.ts';
import type { StreamPiece } from './send-buffer.ts';
import type { SentFrame } from '../sent-records.ts';
import { rejection, LazyPromise } from '../lazy-promise.ts';
import type { StreamFacts, StreamHost } from './stream-host.ts';
import type { StreamPriority } from '../types.ts';
import { WritingSide } from './writing-side.ts';

/** Control frames that a stream may have to send, in the order of sending. */
export const STREAM_CONTROL = ['open', 'wait', 'pause', 'answer', 'credit', 'stop', 'reset'] as const;
export type StreamControl = (typeof STREAM_CONTROL)[number];

const NOTHING = new Uint8Array();

/** State of one stream of a session, created by `StreamTable`. Applications use it through `StreamHandle` or `StreamOffer`. */
export class Stream implements Schedulable {
  readonly id: number;
  readonly kind: string;
  readonly params: unknown;
  /** True if this side opened the stream. */
  readonly local: boolean;
  readonly opened = new LazyPromise<unknown>();
  readonly closed = new LazyPromise<'finished' | ClawReachError>();
  onWaiting: ((message: string) => void) | undefined;
  readonly #host: StreamHost;
  readonly #writing: WritingSide;
  readonly #reading: ReadingSide;
  readonly #pending = new Set<StreamControl>();
  readonly #priority: EffectivePriority;
  readonly #cancellation = new Cancellation();
  /** Answer to OPEN, from either side. */
  #answer: 'openOk' | 'openFail' | undefined;
  /**
   * OPEN of a local stream, OPEN_OK or OPEN_FAIL of a remote one; encoded when the caller gives the params, so that the
   * caller gets the error for bad ones.
   */
  #opening: Uint8Array = NOTHING;
  #waitMessage = '';
  /** Pause that the refusal of the stream names, ms; 0 for none. */
  #retryAfter = 0;
  #sending: 'open' | 'reset' | 'done' = 'open';
  #resetCode = 0;
  #stopCode = 0;
  #resetHere = false;
  #dropped = false;
  #error: ClawReachError | undefined;

  constructor(host: StreamHost, facts: StreamFacts) {
    this.#host = host;
    this.id = facts.id;
    this.kind = facts.kind;
    this.params = facts.params;
    this.local = facts.local;
    this.#priority = new EffectivePriority(facts.kind, facts.priority);
    const { sendBuffer } = host.limits;
    this.#writing = new WritingSide(facts.kind === 'pty' ? Math.min(sendBuffer, TERMINAL_SEND_BUFFER) : sendBuffer);
    const credit = host.ledger.open(isInteractiveKind(facts.kind), () => {
      this.#want('credit');
    });
    this.#reading = new ReadingSide(credit, host.limits.readSize, () => {
      this.#checkDone();
    });
    if (!this.local) return;
    this.#opening = encodeFrame({ type: 'open', stream: this.id, kind: this.kind, params: this.params });
    this.#want('open');
    this.#reading.widen();
  }

  /** Aborted when the other side cancels its offer. */
  get cancelled(): AbortSignal {
    return this.#cancellation.signal;
  }

  get priority(): StreamPriority {
    return this.#priority.current;
  }

  set priority(priority: StreamPriority) {
    this.#priority.request(priority);
    this.#host.reorder(this);
  }

  // — the application's side —

  write(bytes: Uint8Array): Promise<void> {
    const { refusal } = this.#writing;
    if (refusal !== undefined) return rejection(refusal);
    if (bytes.length === 0) return Promise.resolve();
    if (this.#priority.measure(bytes.length, this.#host.clock)) this.#host.reorder(this);
    const room = this.#writing.write(bytes);
    this.#host.ready(this, bytes.length);
    return room;
  }

  get hasRoom(): boolean {
    return this.#writing.hasRoom;
  }

  end(): Promise<void> {
    const ended = this.#writing.end();
    this.#host.ready(this);
    return ended;
  }

  read(): Promise<Uint8Array | null> {
    return this.#reading.read();
  }

  readInto(target: Uint8Array): Promise<number | null> {
    return this.#reading.readInto(target);
  }

  /** Ends both directions; also cancels a stream that the other side has not answered. */
  reset(code: number): void {
    if (this.#dropped || this.#resetHere) return;
    this.#resetHere = true;
    const error = new LinkError('link.reset', 'the stream was reset here', { details: { code, remote: false } });
    this.#stopSending(code, error);
    this.#stopReceiving(code, error);
    this.opened.reject(error);
    this.#finish(error);
    this.#checkDone();
  }

  /** Accepts the offer. @throws {LinkError} `link.params` for params without a valid encoding; the offer then stays open */
  accept(params: unknown): void {
    if (this.#answer !== undefined || this.#cancellation.isDone) return;
    this.#opening = encodeFrame({ type: 'openOk', stream: this.id, params });
    this.#answer = 'openOk';
    this.#want('answer');
    this.#reading.widen();
    this.#host.ready(this);
  }

  refuse(code: string, message: string, retryAfter = 0): void {
    if (this.#answer !== undefined || this.#cancellation.isDone) return;
    this.#retryAfter = Math.min(Math.ceil(retryAfter), MAX_RETRY_AFTER);
    if (this.#retryAfter > 0) this.#want('pause');
    this.#answer = 'openFail';
    this.#opening = encodeFrame({
      type: 'openFail',
      stream: this.id,
      code: clipText(code, FIELD.failCode),
      message: clipText(message, FIELD.failMessage),
    });
    this.#want('answer');
    const error = new LinkError('link.refused', 'refused here', { details: { code } });
    this.#writing.fail(error);
    this.#reading.stop(error);
    this.#finish(error);
  }

  wait(message: string): void {
    if (this.#answer !== undefined || this.#cancellation.isDone) return;
    this.#waitMessage = clipText(message, FIELD.waitMessage);
    this.#want('wait');
  }

  /** True once the offer was accepted or refused. */
  get answered(): boolean {
    return this.#answer !== undefined;
  }

  /** Ends the stream because the session has ended; pending calls reject. If all bytes had arrived, they can still be read. */
  fail(error: ClawReachError): void {
    this.#dropped = true;
    this.#writing.fail(error);
    this.#reading.fail(error);
    this.opened.reject(error);
    this.#cancellation.cancel(error);
    this.#finish(error);
  }

  // — frames of the other side —

  /** Handles STREAM. @throws {LinkError} if the frame violates the rules */
  receiveData(frame: StreamFrame): void {
    this.#reading.receive(frame);
    this.#checkDone();
  }

  receiveReset(code: number, finalSize: number): void {
    const error = new LinkError('link.reset', 'the other side reset the stream', { details: { code, remote: true } });
    if (this.#reading.receiveReset(finalSize, error)) {
      this.#error ??= error;
      this.opened.reject(error);
      this.#cancellation.cancel(error);
    }
    this.#checkDone();
  }

  receiveStop(code: number): void {
    const error = new LinkError('link.reset', 'the other side wants no more of the stream', {
      details: { code, remote: true },
    });
    if (!this.local && this.#answer === undefined) this.#cancellation.cancel(error);
    if (this.#sending !== 'open') return;
    this.#error ??= error;
    this.#stopSending(code, error);
    this.#checkDone();
  }

  receiveLimit(limit: number): void {
    if (this.#writing.allow(limit)) this.#host.ready(this);
  }

  receiveAnswer(frame: Extract<ControlFrame, { type: 'openOk' | 'openFail' }>): void {
    if (!this.local || this.#answer !== undefined)
      throw new LinkError('link.state', 'an answer that was not asked for');
    this.#answer = frame.type;
    if (frame.type === 'openOk') {
      this.opened.resolve(frame.params);
      return;
    }
    const error = new LinkError('link.refused', frame.message, {
      details: {
        code: frame.code,
        message: frame.message,
        ...(this.#retryAfter > 0 && { retryAfter: this.#retryAfter }),
      },
    });
    this.opened.reject(error);
    this.#reading.receiveReset(0, error);
    this.#stopSending(0, error);
    this.#finish(error);
    this.#checkDone();
  }

  receiveWait(message: string): void {
    if (!this.local) throw new LinkError('link.state', 'OPEN_WAIT from the opener');
    if (this.#answer === undefined) this.onWaiting?.(message);
  }

  /** Handles RETRY_AFTER. A pause longer than an hour counts as one. */
  receiveRetryAfter(pause: number): void {
    if (!this.local) throw new LinkError('link.state', 'RETRY_AFTER from the opener');
    if (this.#answer === undefined) this.#retryAfter = Math.min(pause, MAX_RETRY_AFTER);
  }

  // — the scheduler's side —

  nextOffset(): number | undefined {
    if (this.#sending !== 'open' || (!this.local && this.#answer !== 'openOk')) return undefined;
    return this.#writing.nextOffset(this.#host.dataRoom);
  }

  takePiece(room: number): StreamPiece | undefined {
    return this.#writing.take(room, this.#host.dataRoom);
  }

  copy(offset: number, length: number, target: Uint8Array, position: number): void {
    this.#writing.copy(offset, length, target, position);
  }

  sent(piece: StreamPiece): SentFrame {
    this.#host.carried(piece.length, this.#writing.sent());
    return {
      acknowledged: () => {
        this.#host.carried(-piece.length, 0);
        this.#writing.acknowledged(piece);
        if (this.#writing.finished && this.#sending === 'open') this.#sendingDone();
      },
      lost: () => {
        this.#host.carried(-piece.length, 0);
        if (this.#sending !== 'open') return;
        this.#writing.lost(piece);
        this.#host.ready(this);
      },
    };
  }

  /** Writes control frames in order until one doesn't fit, so that `put` returns false. Returns false in that case. */
  writeControl(put: (frame: Uint8Array, sent: SentFrame) => boolean): boolean {
    for (const control of STREAM_CONTROL) {
      if (!this.#pending.has(control)) continue;
      const frame = this.#encodeControl(control);
      if (frame !== undefined && !put(frame, this.#retain(control))) return false;
      this.#pending.delete(control);
    }
    return true;
  }

  /** Undefined when the frame is no longer wanted. */
  #encodeControl(control: StreamControl): Uint8Array | undefined {
    const stream = this.id;
    switch (control) {
      case 'open':
      case 'answer':
        return this.#opening;
      case 'wait':
        if (this.#answer !== undefined) return undefined;
        return encodeFrame({ type: 'openWait', stream, message: this.#waitMessage });
      case 'pause':
        return encodeFrame({ type: 'retryAfter', stream, pause: this.#retryAfter });
      case 'credit':
        if (!this.#reading.takesCredit) return undefined;
        return encodeFrame({ type: 'maxStreamData', stream, limit: this.#reading.granted });
      case 'stop':
        if (this.#reading.endKnown) return undefined;
        return encodeFrame({ type: 'stopSending', stream, code: this.#stopCode });
      case 'reset':
        return encodeFrame({ type: 'resetStream', stream, code: this.#resetCode, finalSize: this.#writing.sentSize });
    }
  }

  #retain(control: StreamControl): SentFrame {
    return {
      acknowledged: () => {
        const refused = control === 'answer' && this.#answer === 'openFail';
        if (control === 'reset' || refused) this.#sendingDone();
      },
      lost: () => {
        if (!this.#dropped) this.#want(control);
      },
    };
  }

  #want(control: StreamControl): void {
    this.#pending.add(control);
    this.#host.touch(this);
  }

  #stopSending(code: number, error: ClawReachError): void {
    this.#writing.fail(error);
    const refused = !this.local && this.#answer === 'openFail';
    if (this.#sending !== 'open' || refused) return;
    this.#sending = 'reset';
    this.#resetCode = code;
    this.#want('reset');
  }

  #stopReceiving(code: number, error: ClawReachError): void {
    if (!this.#reading.stop(error)) return;
    this.#stopCode = code;
    this.#want('stop');
  }

  #sendingDone(): void {
    if (this.#sending === 'done') return;
    this.#sending = 'done';
    this.#writing.succeed();
    this.#checkDone();
  }

  #checkDone(): void {
    if (this.#sending !== 'done' || this.#dropped || !this.#reading.done) return;
    this.#dropped = true;
    // An error takes a picture of the stack, which an end in order does not need.
    if (this.local && !this.opened.settled)
      this.opened.reject(new LinkError('link.closed', 'the stream ended without an answer'));
    this.#finish(this.#error);
    this.#host.drop(this);
  }

  #finish(error: ClawReachError | undefined): void {
    this.#error ??= error;
    this.closed.resolve(this.#error ?? 'finished');
  }
}
