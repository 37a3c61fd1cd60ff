import type { Clock, Timer } from '#shared/clock.ts';
import type { InterfaceAddress } from '#node/sockets/index.ts';

/** Polling interval, ms: no system reports every change to every program. */
const INTERVAL = 5000;

/** Notices that the addresses of this machine have changed: another network, a VPN, a cable. */
export class InterfaceWatch {
  readonly #clock: Clock;
  readonly #interfaces: () => readonly InterfaceAddress[];
  readonly #changed: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, interfaces: () => readonly InterfaceAddress[], changed: () => void) {
    this.#clock = clock;
    this.#interfaces = interfaces;
    this.#changed = changed;
  }

  start(): void {
    this.#next(this.#look());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #next(before: string): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(INTERVAL, () => {
      const now = this.#look();
      this.#next(now);
      if (now !== before) this.#changed();
    });
  }

  /** Returns a summary of the interfaces without link-local addresses, which change with every container. */
  #look(): string {
    return this.#interfaces()
      .filter(({ address }) => !/^fe80:|^169\.254\./.test(address))
      .map(({ interface: name, address }) => `${name} ${address}`)
      .sort()
      .join();
  }
}
