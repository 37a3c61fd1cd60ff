import type { ClawReachError } from '../../errors.ts';
import type { OutgoingStream } from '../types.ts';

/** That an offer was taken back. The AbortController is made when somebody asks for its signal: not all who take streams watch for it. */
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

/** Resets the stream when the signal is aborted; lets go of the signal when the stream is over. */
export function cancelWith(stream: OutgoingStream, signal: AbortSignal): void {
  const cancel = (): void => {
    stream.reset(0);
  };
  signal.addEventListener('abort', cancel, { once: true });
  void stream.closed.then(() => {
    signal.removeEventListener('abort', cancel);
  });
}
