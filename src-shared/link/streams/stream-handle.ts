import type { ClawReachError } from '../../errors.ts';
import type { Stream } from './stream.ts';
import type { IncomingStream, LinkStream, OutgoingStream, StreamKind, StreamPriority } from '../types.ts';

/** Stream as the application uses it: passes every call to the session's `Stream`. */
export class StreamHandle implements OutgoingStream {
  readonly #stream: Stream;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  get id(): number {
    return this.#stream.id;
  }

  get kind(): StreamKind {
    return this.#stream.kind as StreamKind;
  }

  get params(): unknown {
    return this.#stream.params;
  }

  get priority(): StreamPriority {
    return this.#stream.priority;
  }

  set priority(priority: StreamPriority) {
    this.#stream.priority = priority;
  }

  get opened(): Promise<unknown> {
    return this.#stream.opened.promise;
  }

  get onWaiting(): ((message: string) => void) | undefined {
    return this.#stream.onWaiting;
  }

  set onWaiting(listener: ((message: string) => void) | undefined) {
    this.#stream.onWaiting = listener;
  }

  get closed(): Promise<'finished' | ClawReachError> {
    return this.#stream.closed.promise;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#stream.write(bytes);
  }

  get hasRoom(): boolean {
    return this.#stream.hasRoom;
  }

  end(): Promise<void> {
    return this.#stream.end();
  }

  read(): Promise<Uint8Array | null> {
    return this.#stream.read();
  }

  readInto(target: Uint8Array): Promise<number | null> {
    return this.#stream.readInto(target);
  }

  reset(code: number): void {
    this.#stream.reset(code);
  }
}

/** Stream that the other side opened and the application has not answered yet: passes every call to the session's `Stream`. */
export class StreamOffer implements IncomingStream {
  readonly #stream: Stream;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  get id(): number {
    return this.#stream.id;
  }

  get kind(): StreamKind {
    return this.#stream.kind as StreamKind;
  }

  get params(): unknown {
    return this.#stream.params;
  }

  get cancelled(): AbortSignal {
    return this.#stream.cancelled;
  }

  wait(message: string): void {
    this.#stream.wait(message);
  }

  accept(params: unknown = null): LinkStream {
    this.#stream.accept(params);
    return new StreamHandle(this.#stream);
  }

  refuse(code: string, message: string, retryAfter?: number): void {
    this.#stream.refuse(code, message, retryAfter);
  }
}
