import type { Clock, Timer } from '#shared/clock.ts';
import type { GatewayMachine } from '#shared/openclaw/gateway/index.ts';

/** It is looked at so often, ms: a node is installed and removed without a word to this device. */
const AGAIN = 10 * 60_000;

/** Whether OpenClaw's own node is on this machine as well: two nodes of one machine at one gateway is worth saying to a person. */
export class OtherNodeWatch {
  readonly #machine: Pick<GatewayMachine, 'otherNode'>;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #stop = new AbortController();
  #found: string | null = null;
  #timer: Timer | undefined;

  constructor(
    options: Readonly<{ machine: Pick<GatewayMachine, 'otherNode'>; clock: Clock }>,
    /** Another one was found, or none any more. */
    onChange: () => void,
  ) {
    this.#machine = options.machine;
    this.#clock = options.clock;
    this.#onChange = onChange;
  }

  /** Where it was found, for people; null where there is none, or nobody has looked yet. */
  get found(): string | null {
    return this.#found;
  }

  /** Looks now, and from time to time from then on. */
  async look(): Promise<void> {
    const { signal } = this.#stop;
    const found = await this.#machine.otherNode({ signal });
    if (signal.aborted) return;
    const isOther = found !== this.#found;
    this.#found = found;
    if (isOther) this.#onChange();
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(AGAIN, () => void this.look());
  }

  close(): void {
    this.#stop.abort();
    this.#timer?.cancel();
  }
}
