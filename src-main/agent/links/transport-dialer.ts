import { MOST_TRIED, type PeerView, type TriedAddress } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import { CandidateBudget, raceAddresses } from '../direct/index.ts';
import type { LinkManagerOptions, CompletedHandshake, PeerRoute, EstablishedPath } from './types.ts';
import { resumedCiphers } from '#shared/handshake/index.ts';
import type { TransportKind } from './paths/transport-kinds.ts';
import { HandshakeInitiator, type HandshakeIntent } from './handshake-initiator.ts';
import { HopDialer, type HopDialerOptions, type HopRoute } from './hops/hop-dialer.ts';
import { staggerDials, type Attempt } from './staggered-dials.ts';

export type DirectDialsOptions = Pick<LinkManagerOptions, 'direct' | 'clock' | 'routes'>;

/**
 * Dials peers at their direct addresses, and limits dials to addresses that a peer only claims. Used by `TransportDialer`. Remembers outcomes in
 * memory; passes addresses that answered or failed to `routes`, which may save them.
 */
export class DirectDials {
  readonly #options: DirectDialsOptions;
  readonly #initiator: HandshakeInitiator;
  readonly #budgets = new Map<PeerId, CandidateBudget>();
  /** Addresses and outcomes of the last dial per peer. */
  readonly #tried = new Map<PeerId, NonNullable<PeerView['tried']>>();

  constructor(options: DirectDialsOptions, initiator: HandshakeInitiator) {
    this.#options = options;
    this.#initiator = initiator;
  }

  /** Returns the outcome of the last dial; undefined before the first. */
  lastDial(peerId: PeerId): PeerView['tried'] {
    return this.#tried.get(peerId);
  }

  /** Returns the addresses of a peer that may be dialed: proved ones first, then claimed ones. */
  dialable(route: PeerRoute, addresses: readonly string[]): readonly string[] {
    return this.#dialable([...route.addresses, ...(route.announced ?? []), ...addresses]);
  }

  /**
   * Dials the addresses of a peer, and returns the first that answers.
   * @param proved addresses at which the peer has authenticated before
   * @param named addresses that the peer only claims
   */
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
      throw new LinkError('link.no-address', 'no address is known at which the peer could be dialed now');
    }
    let sessionGone: unknown;
    const tried: TriedAddress[] = [];
    /** Monotonic times at which the addresses were dialed, ms. */
    const began = new Map<string, number>();
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
          // A peer that doesn't know the session has still answered at that address.
          if (code !== 'handshake.unknown-session')
            this.#options.routes?.recordUnreached?.(peerId, failed, began.get(failed));
        },
        attempt: (address, own) => {
          began.set(address, clock.monotonic());
          return this.#initiator
            .handshake(peerId, 'direct', wanted, own, (message1) => direct.dial(address, message1, own))
            .catch((error: unknown) => {
              if (errorCode(error) === 'handshake.unknown-session') {
                sessionGone = error;
                // The peer itself answered, so the address is right for a new session.
                this.#options.routes?.recordReached(peerId, address);
              }
              throw error;
            });
        },
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
    // Budgets outlive links, or linking again would reset them. Full ones hold no information and are dropped.
    for (const [other, { isWhole }] of this.#budgets) if (isWhole && other !== peerId) this.#budgets.delete(other);
    const budget = this.#budgets.get(peerId) ?? new CandidateBudget(this.#options.clock);
    this.#budgets.set(peerId, budget);
    return budget;
  }
}

/** Converts the error code of an address for display. */
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

/** Returns the error of the preferred transport. A relay that isn't set up explains nothing if another transport was dialed. Pure. */
function reported(errors: readonly unknown[]): unknown {
  return errors.find((error) => error !== undefined && errorCode(error) !== 'relay.not-configured') ?? errors[0];
}

export type TransportDialerOptions = LinkManagerOptions & HopDialerOptions;

/** Delay before the next transport is tried in parallel, ms. */
const TRANSPORT_GAP = 1000;

const NEW_SESSION: HandshakeIntent = { purpose: 'session', sessionId: undefined };

/**
 * Dials first and further paths of sessions over every transport, for `SessionDialer` and `LinkFactory`. Holds neither paths nor sessions; its
 * callers do.
 */
export class TransportDialer {
  readonly direct: DirectDials;
  readonly hops: HopDialer;
  readonly #options: TransportDialerOptions;
  readonly #initiator: HandshakeInitiator;

  constructor(options: TransportDialerOptions) {
    this.#options = options;
    this.#initiator = new HandshakeInitiator(options);
    this.direct = new DirectDials(options, this.#initiator);
    this.hops = new HopDialer(options, this.#initiator);
  }

  /**
   * Dials the first path of a new session by the peer's route: relay, known addresses, then hops.
   * @param allowHops tries hops if nothing else works
   * @throws {LinkError} `link.unknown-peer`, `link.key-changed`, `link.cancelled`, `link.no-address`
   * @throws {ClawReachError} `relay.refused.<reason>`, `relay.not-connected`, `relay.no-answer`, `direct.*`, `via.*`, `handshake.*`
   */
  async dialSession(
    peerId: PeerId,
    route: PeerRoute,
    allowHops: boolean,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const relay: Attempt<CompletedHandshake> = (own) => this.#relay(peerId, NEW_SESSION, own);
    const direct: Attempt<CompletedHandshake> = (own) =>
      this.direct.dial(peerId, NEW_SESSION, route.addresses, route.announced ?? [], own);
    const hopRoute: HopRoute = { named: route.hops, renews: null, requested: true };
    if (route.hops.length > 0) return this.hops.dial(peerId, NEW_SESSION, hopRoute, signal);
    switch (route.mode) {
      case 'relay-only':
        return relay(signal);
      case 'direct-only':
        return direct(signal);
      case 'auto':
        break;
    }
    const known = this.direct.dialable(route, []).length > 0;
    const attempts = known ? (this.#options.relay.isOnline(peerId) ? [relay, direct] : [direct, relay]) : [relay];
    try {
      return await staggerDials(attempts, {
        clock: this.#options.clock,
        gap: TRANSPORT_GAP,
        signal,
        discard: ({ channel }) => channel.destroy(),
        report: (errors) => reported(attempts[0] === relay ? errors : errors.toReversed()),
      });
    } catch (error) {
      const last = allowHops && errorCode(error) !== 'link.key-changed' && !signal.aborted;
      if (!last || this.#options.linkedHops(peerId).length === 0) throw error;
      return await this.hops.dial(peerId, NEW_SESSION, hopRoute, signal).catch(() => Promise.reject(error));
    }
  }

  /**
   * Dials a further path of a session. `addresses`: claimed by the peer, unverified. `hop`: hop whose path is being renewed; null for none.
   * @throws errors of `dialSession`; `handshake.unknown-session`
   */
  async dialPath(
    peerId: PeerId,
    kind: TransportKind,
    session: Readonly<{
      id: Uint8Array;
      secret: Uint8Array;
      route: PeerRoute;
      addresses: readonly string[];
      hop: PeerId | null;
      /** Session over which the two ends prepare a UDP path. */
      carrier: Pick<Session, 'open'>;
    }>,
    signal: AbortSignal,
  ): Promise<EstablishedPath> {
    const { route } = session;
    const wanted: HandshakeIntent = { purpose: 'resume', sessionId: session.id };
    const hopRoute: HopRoute = { named: route.hops, renews: session.hop, requested: false };
    const made = await (kind === 'udp'
      ? this.#udp(peerId, wanted, session.carrier, signal)
      : this.#by(kind, peerId, wanted, route, session.addresses, hopRoute, signal));
    const { established, channel, address, hops } = made;
    const ciphers = resumedCiphers(this.#options.crypto, established, session.secret, true);
    return { kind, channel, ...ciphers, dialed: true, address, hops };
  }

  #by(
    kind: Exclude<TransportKind, 'udp'>,
    peerId: PeerId,
    wanted: HandshakeIntent,
    route: PeerRoute,
    addresses: readonly string[],
    hopRoute: HopRoute,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    switch (kind) {
      case 'relay':
        return this.#relay(peerId, wanted, signal);
      case 'direct':
        // Addresses in the local network come first, since they are the fastest.
        return this.direct.dial(peerId, wanted, route.addresses, [...(route.announced ?? []), ...addresses], signal);
      case 'via':
        return this.hops.dial(peerId, wanted, hopRoute, signal);
    }
  }

  async #relay(peerId: PeerId, wanted: HandshakeIntent, signal: AbortSignal): Promise<CompletedHandshake> {
    const { relay } = this.#options;
    const done = await this.#initiator.handshake(peerId, 'relay', wanted, signal, (message1) =>
      relay.connect(peerId, message1, signal),
    );
    return { kind: 'relay', ...done, address: relay.address, hops: [] };
  }

  async #udp(
    peerId: PeerId,
    wanted: HandshakeIntent,
    carrier: Pick<Session, 'open'>,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const { udp } = this.#options;
    if (udp === undefined) throw new LinkError('link.no-way', 'this device makes no connections over UDP');
    let address = '';
    const done = await this.#initiator.handshake(peerId, 'udp', wanted, signal, async (message1) => {
      const dialed = await udp.dial(carrier, peerId, message1, signal);
      ({ address } = dialed);
      return dialed;
    });
    return { kind: 'udp', ...done, address, hops: [] };
  }
}
