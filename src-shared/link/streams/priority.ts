import type { Clock } from '../../clock.ts';
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

/** Distinguishes a terminal someone types in from one that prints a log, which would hold up every other terminal. */
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

/** The priority one stream is sent with: the one asked for, but no terminal goes before others while its output is sustained. */
export class EffectivePriority {
  readonly #meter: OutputMeter | undefined;
  #asked: StreamPriority;
  #sustained = false;

  /** @param asked the default of the kind where nothing was asked for */
  constructor(kind: string, asked: StreamPriority | undefined) {
    this.#asked = asked ?? defaultPriority(kind as StreamKind);
    this.#meter = kind === 'pty' ? new OutputMeter() : undefined;
  }

  get current(): StreamPriority {
    return this.#sustained && this.#asked === 'interactive' ? 'normal' : this.#asked;
  }

  ask(priority: StreamPriority): void {
    this.#asked = priority;
  }

  /** Counts `bytes` just written; true when the output has become sustained by them, or calm again. */
  measure(bytes: number, clock: Clock): boolean {
    if (this.#meter === undefined) return false;
    const sustained = this.#meter.add(bytes, clock.monotonic());
    if (sustained === this.#sustained) return false;
    this.#sustained = sustained;
    return true;
  }
}
