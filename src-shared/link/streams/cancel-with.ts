import type { OutgoingStream } from '../types.ts';

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
