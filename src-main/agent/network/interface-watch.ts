import type { Clock, Timer } from '#shared/clock.ts';
import type { InterfaceAddress } from '#node/sockets/index.ts';

/** Between two looks, ms: no system tells every program of every change. */
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

  /** Link-local addresses come and go with every container and say nothing of the network. */
  #look(): string {
    return this.#interfaces()
      .filter(({ address }) => !/^fe80:|^169\.254\./.test(address))
      .map(({ interface: name, address }) => `${name} ${address}`)
      .sort()
      .join();
  }
}
