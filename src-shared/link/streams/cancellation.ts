import type { ClawReachError } from '../../errors.ts';
import type { OutgoingStream } from '../types.ts';

/**
 * Abort signal of an offered stream, for the case that the opener cancels before the answer. Creates the AbortController only when the signal is
 * read, since not every receiver reads it.
 */
export class Cancellation {
  #reason: ClawReachError | undefined;
  #controller: AbortController | undefined;

  /** True once cancelled. */
  get isDone(): boolean {
    return this.#reason !== undefined;
  }

  /** Signal that `cancel` aborts; already aborted if `cancel` was called before. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Aborts the signal; only the first reason counts. */
  cancel(reason: ClawReachError): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}

/** Resets a stream when the signal aborts. Removes its listener when the stream ends. */
export function cancelWith(stream: OutgoingStream, signal: AbortSignal): void {
  const cancel = (): void => {
    stream.reset(0);
  };
  signal.addEventListener('abort', cancel, { once: true });
  void stream.closed.then(() => {
    signal.removeEventListener('abort', cancel);
  });
}
