import type { ClawReachError } from '../../errors.ts';
import type { OutgoingStream } from '../types.ts';

/**
 * Signals that the opener cancelled its offer. Creates the AbortController only when the signal is read, since not
 * every receiver watches it.
 */
export class Cancellation {
  #reason: ClawReachError | undefined;
  #controller: AbortController | undefined;

  get isDone(): boolean {
    return this.#reason !== undefined;
  }

  /** Aborted already where `cancel` came first. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** The first reason counts. */
  cancel(reason: ClawReachError): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}

/** Resets the stream when the signal aborts; removes the listener when the stream ends. */
export function cancelWith(stream: OutgoingStream, signal: AbortSignal): void {
  const cancel = (): void => {
    stream.reset(0);
  };
  signal.addEventListener('abort', cancel, { once: true });
  void stream.closed.then(() => {
    signal.removeEventListener('abort', cancel);
  });
}
