import type { InterfaceAddress } from '#shared/direct/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';

/** Interval between checks, ms. Polling is needed, since Node has no event for changed interfaces. */
const INTERVAL = 5000;

/**
 * Notices changes of this machine's addresses, such as another network, a VPN or a cable, by reading the network interfaces every 5 s. `Network` then
 * checks the relay connection, renews paths and announces the new addresses.
 */
export class InterfaceWatch {
  readonly #clock: Clock;
  readonly #interfaces: () => readonly InterfaceAddress[];
  readonly #changed: () => void;
  #timer: Timer | undefined;

  /**
   * @param interfaces returns the current addresses of this machine
   * @param changed called after each change
   */
  constructor(clock: Clock, interfaces: () => readonly InterfaceAddress[], changed: () => void) {
    this.#clock = clock;
    this.#interfaces = interfaces;
    this.#changed = changed;
  }

  start(): void {
    this.#next(this.#summary());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #next(before: string): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(INTERVAL, () => {
      const now = this.#summary();
      this.#next(now);
      if (now !== before) this.#changed();
    });
  }

  /** Returns a summary of the addresses, without link-local ones, which change with every container. */
  #summary(): string {
    return this.#interfaces()
      .filter(({ address }) => !/^fe80:|^169\.254\./.test(address))
      .map(({ interface: name, address }) => `${name} ${address}`)
      .sort()
      .join();
  }
}
