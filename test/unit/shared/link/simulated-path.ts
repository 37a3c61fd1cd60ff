import type { Clock } from '#shared/clock.ts';
// The controller is a part of the link, which shows none of its parts at its door.
import { FlightController } from '../../../../src-shared/link/flight/flight-controller.ts';

export type SimulatedPathOptions = Readonly<{
  clock: Clock;
  /** Bytes per ms. */
  rate: number;
  /** ms each way. */
  delay: number;
  /** One record of so many waits for a round trip until it is sent again, and all behind it. */
  lossy?: number;
  /** ms by which single records come later, at most. */
  jitter?: number;
}>;

/** A bottleneck with an endless queue and a receiver that acknowledges as sessions do, driven by a FlightController. */
export class SimulatedPath {
  readonly flight: FlightController;
  rate: number;
  delay: number;
  typing = false;
  /** Acknowledgements are on hold. */
  silent = false;
  /** Bytes that the application still has to send. */
  backlog = 0;
  delivered = 0;
  /** ms in the queue of the bottleneck, of each record since the list was last emptied. */
  queue: number[] = [];
  readonly #options: SimulatedPathOptions;
  #number = 0;
  #busyUntil = 0;
  #arrived = 0;
  #lastArrival = 0;
  #held = 0;
  #heldBytes = 0;
  #acknowledged = 0;
  #random = 1;

  constructor(options: SimulatedPathOptions) {
    this.#options = options;
    this.rate = options.rate;
    this.delay = options.delay;
    this.flight = new FlightController({
      clock: options.clock,
      most: 31 * 1024 * 1024,
      typing: () => this.typing,
      wake: () => {
        this.pump();
      },
    });
  }

  /** Sends what may be sent. */
  pump(): void {
    for (;;) {
      if (this.backlog <= 0) {
        this.flight.runDry();
        return;
      }
      const bytes = Math.min(this.backlog, this.flight.allowance(0));
      if (bytes <= 0) return;
      this.backlog -= bytes;
      this.send(bytes);
    }
  }

  /** A record at once, as an interactive stream sends it. */
  send(bytes: number): void {
    const { clock, lossy, jitter = 0 } = this.#options;
    const now = clock.monotonic();
    this.#number += 1;
    const number = this.#number;
    this.flight.sent(number, bytes);
    const start = Math.max(now, this.#busyUntil);
    this.queue.push(start - now);
    this.#busyUntil = start + bytes / this.rate;
    const lost = lossy !== undefined && number % lossy === 0 ? 2 * this.delay : 0;
    const arrival = this.#busyUntil + this.delay + lost + this.#next() * jitter;
    this.#lastArrival = Math.max(this.#lastArrival, arrival);
    clock.setTimer(this.#lastArrival - now, () => {
      this.#receive(number, bytes);
    });
  }

  /** Sends the acknowledgements that were on hold. */
  speak(): void {
    this.silent = false;
    this.#acknowledge();
  }

  #receive(number: number, bytes: number): void {
    this.delivered += bytes;
    this.#arrived = number;
    this.#held += 1;
    this.#heldBytes += bytes;
    if (this.#held >= 4 || this.#heldBytes >= 128 * 1024) this.#acknowledge();
    else if (this.#held === 1)
      this.#options.clock.setTimer(10, () => {
        this.#acknowledge();
      });
  }

  #acknowledge(): void {
    if (this.silent || this.#arrived === this.#acknowledged) return;
    const upTo = this.#arrived;
    this.#acknowledged = upTo;
    this.#held = 0;
    this.#heldBytes = 0;
    this.#options.clock.setTimer(this.delay, () => {
      this.flight.acknowledged(upTo);
      this.pump();
    });
  }

  /** 0 to 1, the same in each run. */
  #next(): number {
    this.#random = (this.#random * 16_807) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }
}
