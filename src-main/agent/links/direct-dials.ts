import { MOST_TRIED, type PeerView, type TriedAddress } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError } from '#shared/link/index.ts';
import { CandidateBudget, raceAddresses } from '../direct/index.ts';
import type { HandshakeInitiator, HandshakeIntent } from './initiator.ts';
import type { LinkManagerOptions, CompletedHandshake, PeerRoute } from './types.ts';

export type DirectDialsOptions = Pick<LinkManagerOptions, 'direct' | 'clock' | 'routes'>;

/** Dials peers at their addresses, as far as they may have this device dial what they name. */
export class DirectDials {
  readonly #options: DirectDialsOptions;
  readonly #initiator: HandshakeInitiator;
  readonly #budgets = new Map<PeerId, CandidateBudget>();
  /** The addresses that were dialled the last time. */
  readonly #tried = new Map<PeerId, NonNullable<PeerView['tried']>>();

  constructor(options: DirectDialsOptions, initiator: HandshakeInitiator) {
    this.#options = options;
    this.#initiator = initiator;
  }

  /** What came of the last dial; undefined before there was one. */
  tried(peerId: PeerId): PeerView['tried'] {
    return this.#tried.get(peerId);
  }

  /** Addresses of a peer that can be dialled: proved ones, then named ones. */
  dialable(route: PeerRoute, addresses: readonly string[]): readonly string[] {
    return this.#dialable([...route.addresses, ...(route.found ?? []), ...addresses]);
  }

  /** @param proved addresses at which the peer has answered before @param named what it says, or said, of itself */
  async dial(
    peerId: PeerId,
    wanted: HandshakeIntent,
    proved: readonly string[],
    named: readonly string[],
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const { direct, clock } = this.#options;
    const known = this.#dialable(proved);
    const others = this.#dialable(named).filter((address) => !known.includes(address));
    const addresses = [...known, ...this.#budget(peerId).take(others)];
    if (direct === undefined || addresses.length === 0) {
      throw new LinkError('link.no-address', 'no address is known at which the peer could be dialled now');
    }
    let sessionGone: unknown;
    const tried: TriedAddress[] = [];
    const note = (address: string, outcome: TriedAddress['outcome']): void => {
      if (tried.length < MOST_TRIED) tried.push({ address, outcome });
      this.#tried.set(peerId, { at: Math.round(clock.now()), addresses: [...tried] });
    };
    try {
      const { address, result } = await raceAddresses(addresses, {
        clock,
        signal,
        failed: (failed, code) => {
          note(failed, outcomeOf(code));
          // One that does not know the session is there all the same.
          if (code !== 'handshake.unknown-session') this.#options.routes?.refused?.(peerId, failed);
        },
        attempt: (address, own) =>
          this.#initiator
            .handshake(peerId, 'direct', wanted, own, (message1) => direct.dial(address, message1, own))
            .catch((error: unknown) => {
              if (errorCode(error) === 'handshake.unknown-session') {
                sessionGone = error;
                // It was the peer who said so: a new session finds it there.
                this.#options.routes?.reached(peerId, address);
              }
              throw error;
            }),
        discard: ({ channel }) => channel.destroy(),
      });
      note(address, 'worked');
      return { kind: 'direct', ...result, address, hops: [] };
    } catch (error) {
      throw sessionGone ?? error;
    }
  }

  #dialable(addresses: readonly string[]): readonly string[] {
    const { direct } = this.#options;
    if (direct === undefined) return [];
    return [...new Set(addresses)].filter((address) => direct.isDialable(address));
  }

  #budget(peerId: PeerId): CandidateBudget {
    // It outlives the link, or whoever links anew had a new one. Those of which nothing is left to remember go when another is asked for.
    for (const [other, { isWhole }] of this.#budgets) if (isWhole && other !== peerId) this.#budgets.delete(other);
    const budget = this.#budgets.get(peerId) ?? new CandidateBudget(this.#options.clock);
    this.#budgets.set(peerId, budget);
    return budget;
  }
}

/** What a person is told of an address that led nowhere. */
function outcomeOf(code: string): TriedAddress['outcome'] {
  switch (code) {
    case 'direct.connection-refused':
      return 'refused';
    case 'direct.unreachable':
    case 'direct.address':
      return 'unreachable';
    case 'direct.timeout':
      return 'no-answer';
    default:
      return 'wrong-answer';
  }
}
