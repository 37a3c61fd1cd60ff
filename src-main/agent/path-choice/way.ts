import type { PathReason } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';

/** One way to a peer, and how it went there the last times. */
export class TransportState {
  /** There is something to dial. */
  open = false;
  dialling = false;
  problem: PathReason | undefined;
  readonly #clock: Clock;
  readonly #lateness: number;
  #failures = 0;
  #notBefore = 0;

  /** @param lateness what this side leaves to the other one, ms */
  constructor(clock: Clock, lateness: number) {
    this.#clock = clock;
    this.#lateness = lateness;
  }

  /** In a row, since a path was last lost or got. */
  get failures(): number {
    return this.#failures;
  }

  /** Not to be dialled before; monotonic. */
  get notBefore(): number {
    return this.#notBefore;
  }

  /** Nothing is to be had this way at the moment. */
  get isOut(): boolean {
    return !this.open || this.#failures > 0;
  }

  tryAtOnce(): void {
    this.#failures = 0;
    this.#notBefore = this.#clock.monotonic() + this.#lateness;
  }

  /** Without leaving anything to the other side. */
  tryNow(): void {
    this.#failures = 0;
    this.#notBefore = this.#clock.monotonic();
  }

  /** A dial has led to a path in use. */
  succeeded(): void {
    this.dialling = false;
    this.#failures = 0;
    this.problem = undefined;
  }

  /** @param pause ms until the next try, for so many failures in a row */
  failed(problem: PathReason | undefined, pause: (failures: number) => number): void {
    this.dialling = false;
    this.#failures += 1;
    this.problem = problem;
    this.#notBefore = this.#clock.monotonic() + pause(this.#failures);
  }
}
