import type { Clock } from '../clock.ts';
import type { ClawReachError } from '../errors.ts';
import { clipText } from './clip-text.ts';
import type { CreditAccount, CreditLedger } from './credit.ts';
import { LinkError } from './errors.ts';
import { encodeFrame } from './frame-encoder.ts';
import { FIELD } from './frames.ts';
import type { ControlFrame, StreamFrame } from './frames.ts';
import { FLOOR_CREDIT } from './limits.ts';
import type { LinkLimits } from './limits.ts';
import { defaultPriority, isInteractiveKind, OutputMeter } from './priority.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import type { Schedulable } from './scheduler.ts';
import { SendBuffer } from './send-buffer.ts';
import type { StreamPiece } from './send-buffer.ts';
import type { Retained } from './sent-records.ts';
import { Settlement } from './settlement.ts';
import { STREAM_CONTROL } from './stream-control.ts';
import type { StreamControl } from './stream-control.ts';
import type { StreamKind, StreamPriority } from './types.ts';

/** The session as a stream sees it. */
export interface StreamHost {
  readonly limits: LinkLimits;
  readonly clock: Clock;
  readonly ledger: CreditLedger;
  /** New bytes the session's credit still allows. */
  readonly dataRoom: number;
  /** The stream has control frames to send. */
  touch(stream: Stream): void;
  /** The stream may have data to send; `added` bytes were just written. */
  ready(stream: Stream, added?: number): void;
  /** The priority changed. */
  reorder(stream: Stream): void;
  /** Both directions are finished and acknowledged. */
  drop(stream: Stream): void;
  /** `bytes` are on their way, or no longer; `fresh` of them for the first time. */
  carried(bytes: number, fresh: number): void;
}

export type StreamFacts = Readonly<{
  id: number;
  kind: string;
  params: unknown;
  local: boolean;
  priority?: StreamPriority;
}>;

const DONE: Promise<void> = Promise.resolve();
const NOTHING = new Uint8Array();

/** The state of a stream; StreamHandle is what an application holds of it. */
export class Stream implements Schedulable {
  readonly id: number;
  readonly kind: string;
  readonly params: unknown;
  /** We opened it. */
  readonly local: boolean;
  readonly opened = new Settlement<unknown>();
  readonly closed = new Settlement<'finished' | ClawReachError>();
  readonly cancelled = new AbortController();
  onWaiting: ((message: string) => void) | undefined;
  readonly #host: StreamHost;
  readonly #send = new SendBuffer();
  readonly #receive = new ReceiveBuffer();
  readonly #credit: CreditAccount;
  readonly #pending = new Set<StreamControl>();
  readonly #ended = new Settlement<void>();
  readonly #meter: OutputMeter | undefined;
  #priority: StreamPriority;
  #sustained = false;
  /** The other side's answer, or ours. */
  #answer: 'openOk' | 'openFail' | undefined;
  /** OPEN of a local stream, OPEN_OK or OPEN_FAIL of a remote one: encoded when the caller gives the params, who hears of bad ones. */
  #opening: Uint8Array = NOTHING;
  #waitMessage = '';
  #sending: 'open' | 'reset' | 'done' = 'open';
  #sendLimit = FLOOR_CREDIT;
  #resetCode = 0;
  #stopCode = 0;
  #stopped = false;
  #receiveDone = false;
  #resetHere = false;
  /** New bytes already counted against the session's credit. */
  #counted = 0;
  #dropped = false;
  #error: ClawReachError | undefined;
  #readError: ClawReachError | undefined;
  #writeError: ClawReachError | undefined;
  #reader: Settlement<Uint8Array | null> | undefined;
  #writers: Settlement<void>[] = [];

  constructor(host: StreamHost, facts: StreamFacts) {
    this.#host = host;
    this.id = facts.id;
    this.kind = facts.kind;
    this.params = facts.params;
    this.local = facts.local;
    this.#priority = facts.priority ?? defaultPriority(facts.kind as StreamKind);
    this.#meter = facts.kind === 'pty' ? new OutputMeter() : undefined;
    this.#credit = host.ledger.open(isInteractiveKind(facts.kind), () => {
      this.#want('credit');
    });
    if (!this.local) return;
    this.#opening = encodeFrame({ type: 'open', stream: this.id, kind: this.kind, params: this.params });
    this.#want('open');
    this.#credit.widen();
  }

  get priority(): StreamPriority {
    return this.#sustained && this.#priority === 'interactive' ? 'normal' : this.#priority;
  }

  set priority(priority: StreamPriority) {
    this.#priority = priority;
    this.#host.reorder(this);
  }

  // — the application's side —

  write(bytes: Uint8Array): Promise<void> {
    const error = this.#writeError ?? (this.#send.ended ? new LinkError('link.state', 'write after end') : undefined);
    if (error !== undefined) return rejected(error);
    if (bytes.length === 0) return DONE;
    this.#measure(bytes.length);
    this.#send.append(bytes);
    this.#host.ready(this, bytes.length);
    if (this.#send.unsent <= this.#host.limits.sendBuffer) return DONE;
    const writer = new Settlement<void>();
    this.#writers.push(writer);
    return writer.promise;
  }

  end(): Promise<void> {
    if (this.#writeError === undefined && !this.#send.ended) {
      this.#send.finish();
      this.#host.ready(this);
    }
    return this.#ended.promise;
  }

  read(): Promise<Uint8Array | null> {
    if (this.#reader !== undefined) return rejected(new LinkError('link.state', 'a read is already waiting'));
    const bytes = this.#readError === undefined ? this.#receive.take(this.#host.limits.readSize) : undefined;
    if (bytes !== undefined) {
      this.#settleReceiving();
      return Promise.resolve(bytes);
    }
    if (this.#readError !== undefined) return rejected(this.#readError);
    if (this.#receive.complete) return Promise.resolve(null);
    this.#reader = new Settlement();
    return this.#reader.promise;
  }

  /** Also cancels an OPEN that has no answer yet. */
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

  /** @throws {LinkError} `link.params`; the offer is still open then */
  accept(params: unknown): void {
    if (this.#answer !== undefined || this.cancelled.signal.aborted) return;
    this.#opening = encodeFrame({ type: 'openOk', stream: this.id, params });
    this.#answer = 'openOk';
    this.#want('answer');
    this.#credit.widen();
    this.#host.ready(this);
  }

  refuse(code: string, message: string): void {
    if (this.#answer !== undefined || this.cancelled.signal.aborted) return;
    this.#answer = 'openFail';
    this.#opening = encodeFrame({
      type: 'openFail',
      stream: this.id,
      code: clipText(code, FIELD.failCode),
      message: clipText(message, FIELD.failMessage),
    });
    this.#want('answer');
    const error = new LinkError('link.refused', 'refused here', { details: { code } });
    this.#writeError = error;
    this.#send.clear();
    this.#readError = error;
    this.#receive.discard();
    this.#credit.freeze();
    this.#settleReceiving();
    this.#finish(error);
  }

  wait(message: string): void {
    if (this.#answer !== undefined || this.cancelled.signal.aborted) return;
    this.#waitMessage = clipText(message, FIELD.waitMessage);
    this.#want('wait');
  }

  get answered(): boolean {
    return this.#answer !== undefined;
  }

  /** The session is over: everything that waits hears of it. What had arrived completely can still be read. */
  fail(error: ClawReachError): void {
    this.#dropped = true;
    this.#writeError ??= error;
    if (!this.#receive.complete) this.#failReading(error);
    this.opened.reject(error);
    this.cancelled.abort(error);
    this.#ended.reject(error);
    this.#failWriters(error);
    this.#finish(error);
    this.#send.clear();
  }

  // — frames of the other side —

  /** @throws {LinkError} when the frame breaks the rules */
  receiveData(frame: StreamFrame): void {
    const before = this.#receive.highest;
    this.#credit.receive(Math.max(before, frame.offset + frame.bytes.length));
    this.#receive.receive(frame.offset, frame.bytes, frame.fin);
    if (this.#receive.finalSize !== undefined) this.#credit.finish(this.#receive.finalSize);
    this.#serveReader();
    this.#settleReceiving();
  }

  receiveReset(code: number, finalSize: number): void {
    this.#credit.receive(Math.max(this.#receive.highest, finalSize));
    const complete = this.#receive.complete;
    this.#receive.setFinalSize(finalSize);
    this.#credit.finish(finalSize);
    if (!complete) {
      const error = new LinkError('link.reset', 'the other side reset the stream', { details: { code, remote: true } });
      this.#receive.discard();
      this.#failReading(error);
      this.#error ??= error;
      this.opened.reject(error);
      this.cancelled.abort(error);
    }
    this.#settleReceiving();
  }

  receiveStop(code: number): void {
    const error = new LinkError('link.reset', 'the other side wants no more of the stream', {
      details: { code, remote: true },
    });
    if (!this.local && this.#answer === undefined) this.cancelled.abort(error);
    if (this.#sending !== 'open') return;
    this.#error ??= error;
    this.#stopSending(code, error);
    this.#checkDone();
  }

  receiveLimit(limit: number): void {
    if (limit <= this.#sendLimit) return;
    this.#sendLimit = limit;
    this.#host.ready(this);
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
      details: { code: frame.code, message: frame.message },
    });
    this.opened.reject(error);
    this.#receive.setFinalSize(0);
    this.#credit.finish(0);
    this.#receive.discard();
    this.#failReading(error);
    this.#error ??= error;
    this.#stopSending(0, error);
    this.#finish(error);
    this.#settleReceiving();
  }

  receiveWait(message: string): void {
    if (!this.local) throw new LinkError('link.state', 'OPEN_WAIT from the opener');
    if (this.#answer === undefined) this.onWaiting?.(message);
  }

  // — the scheduler's side —

  nextOffset(): number | undefined {
    if (this.#sending !== 'open' || (!this.local && this.#answer !== 'openOk')) return undefined;
    return this.#send.nextOffset(this.#limit());
  }

  takePiece(room: number): StreamPiece | undefined {
    return this.#send.take(room, this.#limit());
  }

  copy(offset: number, length: number, target: Uint8Array, position: number): void {
    this.#send.copy(offset, length, target, position);
  }

  sent(piece: StreamPiece): Retained {
    const fresh = Math.max(0, this.#send.sentSize - this.#counted);
    this.#counted += fresh;
    this.#host.carried(piece.length, fresh);
    this.#wakeWriters();
    return {
      acknowledged: () => {
        this.#host.carried(-piece.length, 0);
        this.#send.acknowledged(piece);
        if (this.#send.finished && this.#sending === 'open') this.#sendingDone();
      },
      lost: () => {
        this.#host.carried(-piece.length, 0);
        if (this.#sending !== 'open') return;
        this.#send.lost(piece);
        this.#host.ready(this);
      },
    };
  }

  /** Hands out control frames in order until `put` says that one does not fit; false then. */
  writeControl(put: (frame: Uint8Array, retained: Retained) => boolean): boolean {
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
      case 'credit':
        if (this.#receive.finalSize !== undefined || this.#stopped) return undefined;
        return encodeFrame({ type: 'maxStreamData', stream, limit: this.#credit.granted });
      case 'stop':
        if (this.#receive.finalSize !== undefined) return undefined;
        return encodeFrame({ type: 'stopSending', stream, code: this.#stopCode });
      case 'reset':
        return encodeFrame({ type: 'resetStream', stream, code: this.#resetCode, finalSize: this.#send.sentSize });
    }
  }

  #retain(control: StreamControl): Retained {
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

  #limit(): number {
    return Math.min(this.#sendLimit, this.#send.sentSize + this.#host.dataRoom);
  }

  #measure(bytes: number): void {
    if (this.#meter === undefined) return;
    const sustained = this.#meter.add(bytes, this.#host.clock.monotonic());
    if (sustained === this.#sustained) return;
    this.#sustained = sustained;
    this.#host.reorder(this);
  }

  #stopSending(code: number, error: ClawReachError): void {
    this.#writeError ??= error;
    this.#failWriters(error);
    if (this.#sending !== 'open') return;
    this.#ended.reject(error);
    this.#send.clear();
    if (!this.local && this.#answer === 'openFail') return;
    this.#sending = 'reset';
    this.#resetCode = code;
    this.#want('reset');
  }

  #stopReceiving(code: number, error: ClawReachError): void {
    this.#failReading(error);
    this.#receive.discard();
    this.#credit.freeze();
    if (this.#receive.finalSize === undefined && !this.#stopped) {
      this.#stopped = true;
      this.#stopCode = code;
      this.#want('stop');
    }
    this.#settleReceiving();
  }

  #serveReader(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const bytes = this.#receive.take(this.#host.limits.readSize);
    if (bytes === undefined && !this.#receive.complete) return;
    this.#reader = undefined;
    reader.resolve(bytes ?? null);
  }

  #settleReceiving(): void {
    this.#credit.consume(this.#receive.consumed);
    if (!this.#receive.complete || this.#receive.available > 0) return;
    this.#receiveDone = true;
    this.#checkDone();
  }

  #sendingDone(): void {
    if (this.#sending === 'done') return;
    this.#sending = 'done';
    this.#ended.resolve();
    this.#checkDone();
  }

  #checkDone(): void {
    if (this.#sending !== 'done' || !this.#receiveDone || this.#dropped) return;
    this.#dropped = true;
    this.opened.reject(new LinkError('link.closed', 'the stream ended without an answer'));
    this.#finish(this.#error);
    this.#host.drop(this);
  }

  #finish(error: ClawReachError | undefined): void {
    this.#error ??= error;
    this.closed.resolve(this.#error ?? 'finished');
  }

  #failReading(error: ClawReachError): void {
    this.#readError ??= error;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.reject(error);
  }

  #failWriters(error: ClawReachError): void {
    const writers = this.#writers;
    this.#writers = [];
    for (const writer of writers) writer.reject(error);
  }

  #wakeWriters(): void {
    if (this.#writers.length === 0 || this.#send.unsent > this.#host.limits.sendBuffer) return;
    const writers = this.#writers;
    this.#writers = [];
    for (const writer of writers) writer.resolve();
  }
}

function rejected(failure: Error): Promise<never> {
  const settlement = new Settlement<never>();
  settlement.reject(failure);
  return settlement.promise;
}
