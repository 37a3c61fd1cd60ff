import type { Clock, Timer } from '#shared/clock.ts';
import type { ConnectionClosed, ConnectionFacts } from '../forwards/rules/index.ts';
import type { PeerHistory } from './history.ts';

/** Time after a connection's end within which the next one joins the same entry, ms. A browser makes hundreds of connections. */
const LINGER = 30_000;
/** Most open entries. Connections beyond them aren't in the history. */
const MOST_OPEN = 256;

/** `isDeclined`: none of its connections was anything else than declined by a person at the peer. */
type Use = {
  readonly entry: string;
  count: number;
  now: number;
  last: number;
  isDeclined: boolean;
  timer: Timer | undefined;
};

/**
 * Groups forwarded connections into history entries: consecutive ones of a rule, or of a peer to one target, become one entry. Used by the forwards
 * module; writes through `PeerHistory`. Keeps open entries in memory.
 */
export class ConnectionHistory {
  readonly #history: Pick<PeerHistory, 'begin' | 'end'>;
  readonly #clock: Clock;
  readonly #peerId: (name: string) => string | null;
  readonly #uses = new Map<string, Use>();

  constructor(
    options: Readonly<{
      history: Pick<PeerHistory, 'begin' | 'end'>;
      clock: Clock;
      peerId(name: string): string | null;
    }>,
  ) {
    this.#history = options.history;
    this.#clock = options.clock;
    this.#peerId = options.peerId;
  }

  /** Records the start of a connection. @returns the function to call when the connection has closed */
  opened(facts: ConnectionFacts): ConnectionClosed {
    // A command's connection belongs to no rule.
    const key =
      facts.direction === 'out' && facts.forward !== ''
        ? `out ${facts.forward}`
        : `${facts.direction} ${facts.peerName} ${facts.target}`;
    const use = this.#uses.get(key) ?? this.#begin(key, facts);
    if (use === undefined) return () => undefined;
    use.timer?.cancel();
    use.timer = undefined;
    use.count += 1;
    use.now += 1;
    return (isDeclined) => {
      use.now -= 1;
      use.isDeclined &&= isDeclined;
      use.last = this.#clock.now();
      if (use.now === 0) use.timer = this.#clock.setTimer(LINGER, () => this.#end(key, use));
    };
  }

  /** Ends all entries. */
  close(): void {
    for (const [key, use] of this.#uses) {
      use.timer?.cancel();
      this.#end(key, use);
    }
  }

  #begin(key: string, { direction, peerName, forwardName, target }: ConnectionFacts): Use | undefined {
    if (this.#uses.size >= MOST_OPEN) return undefined;
    const entry = this.#history.begin({
      kind: 'forward',
      direction,
      peerId: peerName === null ? null : this.#peerId(peerName),
      peerName: peerName ?? '',
      detail: direction === 'out' && forwardName !== '' ? forwardName : target,
    });
    const use = { entry, count: 0, now: 0, last: this.#clock.now(), isDeclined: true, timer: undefined };
    this.#uses.set(key, use);
    return use;
  }

  #end(key: string, use: Use): void {
    if (!this.#uses.delete(key)) return;
    const isDeclined = use.isDeclined && use.now === 0;
    this.#history.end(use.entry, isDeclined ? 'denied' : null, {
      endedAt: use.now > 0 ? this.#clock.now() : use.last,
      count: use.count,
    });
  }
}
