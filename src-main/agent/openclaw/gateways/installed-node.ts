import type { Clock, Timer } from '#shared/clock.ts';
import type { GatewayMachine } from '#shared/openclaw/gateway/index.ts';

/** Interval between searches, ms; nothing announces that a node was installed or removed. */
const INTERVAL = 10 * 60_000;

/**
 * Watches for OpenClaw's own node on this machine, so that user interfaces can warn of two nodes of one machine at a gateway. Reads the node's
 * files and lists the running programs, changes nothing.
 */
export class InstalledNodeWatch {
  readonly #machine: Pick<GatewayMachine, 'otherNode'>;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #stop = new AbortController();
  #found: string | null = null;
  #timer: Timer | undefined;

  constructor(
    options: Readonly<{ machine: Pick<GatewayMachine, 'otherNode'>; clock: Clock }>,
    /** Called when `found` has changed. */
    onChange: () => void,
  ) {
    this.#machine = options.machine;
    this.#clock = options.clock;
    this.#onChange = onChange;
  }

  /** Location of the installed node, for people; null if there is none or before the first search. */
  get found(): string | null {
    return this.#found;
  }

  /** Searches now, and at intervals from then on. */
  async search(): Promise<void> {
    const { signal } = this.#stop;
    const found = await this.#machine.otherNode({ signal });
    if (signal.aborted) return;
    const hasChanged = found !== this.#found;
    this.#found = found;
    if (hasChanged) this.#onChange();
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(INTERVAL, () => void this.search());
  }

  close(): void {
    this.#stop.abort();
    this.#timer?.cancel();
  }
}
