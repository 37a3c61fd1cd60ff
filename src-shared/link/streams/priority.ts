import type { StreamKind, StreamPriority } from '../types.ts';

/** Interactive kinds also have the reserve of credit, whatever priority they run with at the moment. */
export function isInteractiveKind(kind: string): boolean {
  return kind === 'pty' || kind === 'message' || kind === 'rpc';
}

export function defaultPriority(kind: StreamKind): StreamPriority {
  if (isInteractiveKind(kind)) return 'interactive';
  return kind === 'file' ? 'bulk' : 'normal';
}

/** ms of a window, and bytes in it that make a terminal's output sustained, or calm again. */
const WINDOW = 200;
const SUSTAINED = 64 * 1024;
const CALM = 16 * 1024;

/** Tells a terminal somebody types in from one that pours out a log: the second would hold up every other terminal. */
export class OutputMeter {
  #windowStart = -Infinity;
  #bytes = 0;
  #sustained = false;

  /** Counts `bytes` written at `now` (ms); true while the output is sustained. */
  add(bytes: number, now: number): boolean {
    const elapsed = now - this.#windowStart;
    if (elapsed >= WINDOW) {
      if (elapsed >= 2 * WINDOW || this.#bytes < CALM) this.#sustained = false;
      this.#windowStart = now;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    if (this.#bytes > SUSTAINED) this.#sustained = true;
    return this.#sustained;
  }
}
