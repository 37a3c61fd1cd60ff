import type { Clock } from '../../clock.ts';
import type { StreamKind, StreamPriority } from '../types.ts';

/**
 * Reports whether a kind of stream is interactive. Such a stream also gets credit from the ledger's reserve (`interactiveReserve`, see `credit.ts`),
 * whatever its current priority.
 */
export function isInteractiveKind(kind: string): boolean {
  return kind === 'pty' || kind === 'message' || kind === 'rpc';
}

/** Returns the priority of a stream whose opener requested none. */
export function defaultPriority(kind: StreamKind): StreamPriority {
  if (isInteractiveKind(kind)) return 'interactive';
  return kind === 'file' ? 'bulk' : 'normal';
}

/** Length of a measuring window, ms. */
const WINDOW = 200;
/** Bytes per window above which output counts as sustained. */
const SUSTAINED = 64 * 1024;
/** Output counts as calm again when a window ends with fewer bytes than this, or after a window's length of silence. */
const CALM = 16 * 1024;

/** Measures a terminal's output, to tell a terminal in which someone types from one that prints a log, which would delay all other terminals. */
export class OutputMeter {
  #windowStart = -Infinity;
  #bytes = 0;
  #sustained = false;

  /** Counts `bytes` written at the time `now` (ms). Returns true while the output is sustained. */
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

/** Priority with which a stream is sent: the requested one, except that a terminal with sustained output isn't interactive. Used by `Stream`. */
export class EffectivePriority {
  readonly #meter: OutputMeter | undefined;
  #requested: StreamPriority;
  #sustained = false;

  /** @param requested priority that the opener requested; the kind's default if undefined */
  constructor(kind: string, requested: StreamPriority | undefined) {
    this.#requested = requested ?? defaultPriority(kind as StreamKind);
    this.#meter = kind === 'pty' ? new OutputMeter() : undefined;
  }

  /** Priority to send with now. */
  get current(): StreamPriority {
    return this.#sustained && this.#requested === 'interactive' ? 'normal' : this.#requested;
  }

  /** Requests another priority. */
  request(priority: StreamPriority): void {
    this.#requested = priority;
  }

  /** Counts `bytes` just written. Returns true if the current priority may have changed, because the output became sustained or calm. */
  measure(bytes: number, clock: Clock): boolean {
    if (this.#meter === undefined) return false;
    const sustained = this.#meter.add(bytes, clock.monotonic());
    if (sustained === this.#sustained) return false;
    this.#sustained = sustained;
    return true;
  }
}
