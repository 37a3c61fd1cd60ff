import type { AgentStatus } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';

/** Time without a sign of a peer after which a relay is suggested although this machine is in the same networks, ms. */
const AWAY = 60_000;

/** Dependencies of `RelayAdvice`. */
export type RelayAdviceOptions = Readonly<{
  clock: Clock;
  /** Returns the private networks of this machine. */
  networks(): readonly Readonly<{ address: string; prefix: number }>[];
  hasRelay(): boolean;
  /** Returns the peers that were reached before and can't be reached now, with the time since which, ms since 1970. */
  away(): readonly Readonly<{ peerId: PeerId; since: number }>[];
  /** Called when the advice may have changed with time. */
  onChange(): void;
}>;

/**
 * Decides when a person without a relay should be offered one: this machine or a peer has left their common network. Created by the network module,
 * for the status. In memory only.
 */
export class RelayAdvice {
  readonly #options: RelayAdviceOptions;
  /** Networks of this machine when a peer was last linked; undefined before. */
  #linkedIn: string | undefined;
  #timer: Timer | undefined;

  constructor(options: RelayAdviceOptions) {
    this.#options = options;
  }

  /** Records that a peer is linked in the present networks. */
  linked(): void {
    this.#linkedIn = this.#networks();
  }

  /** Looks again later. Called when a link or the network has changed. */
  changed(): void {
    const { clock, hasRelay, onChange } = this.#options;
    if (hasRelay()) return;
    this.#timer?.cancel();
    this.#timer = clock.setTimer(AWAY + 1000, onChange);
  }

  /** Returns the fact for the status; undefined if there is a relay, or no peer is missed. */
  get current(): AgentStatus['needsRelay'] {
    const { clock, hasRelay, away } = this.#options;
    if (hasRelay()) return undefined;
    const missing = away();
    const moved = this.#linkedIn !== undefined && this.#linkedIn !== this.#networks();
    const missed = moved ? missing : missing.filter(({ since }) => clock.now() - since >= AWAY);
    if (missed.length === 0) return undefined;
    return {
      reason: moved ? 'network-changed' : 'peers-away',
      since: Math.min(...missed.map(({ since }) => since)),
      peers: missed.slice(0, 16).map(({ peerId }) => peerId),
    };
  }

  close(): void {
    this.#timer?.cancel();
  }

  #networks(): string {
    return this.#options
      .networks()
      .map(({ address, prefix }) => `${address}/${prefix}`)
      .sort()
      .join(' ');
  }
}
