import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LINK_LIMITS } from '../limits.ts';
import { LinkError } from '#shared/link/index.ts';
import { dialHopChain, HopLostError } from './chain-dialer.ts';
import type { HandshakeInitiator, HandshakeIntent } from '../handshake-initiator.ts';
import type { HopCandidate } from './hops.ts';
import { staggerDials, type Attempt } from '../staggered-dials.ts';
import type { LinkManagerOptions, CompletedHandshake } from '../types.ts';

/** Status of the hops that the user named for a peer. */
export type RouteStatus = Readonly<{
  /** Hop whose user is deciding on pass-through; null for none. */
  asking: PeerId | null;
  /** Failure of the newest completed dial; null after a success and before the first dial. */
  failure: RouteFailure | null;
}>;

/**
 * Failure of a dial through named hops. `hop`, `before`: names of the hops concerned. `hopId`: hop that can't be reached. `at`: time of the first of
 * consecutive equal failures, ms since 1970.
 */
export type RouteFailure = Readonly<{
  code: string;
  hop?: string;
  hopId?: PeerId;
  before?: string;
  message: string;
  at: number;
}>;

/** Status of the named hops per target peer, for user interfaces. In memory only. */
export class RouteStatuses {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #views = new Map<PeerId, RouteStatus>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get(peerId: PeerId): RouteStatus | undefined {
    return this.#views.get(peerId);
  }

  /** Records that the hop's user is deciding. */
  asking(peerId: PeerId, hop: PeerId): void {
    this.#views.set(peerId, { asking: hop, failure: null });
  }

  /**
   * Records a failure.
   * @param hop name of the first hop, used if the error names none
   */
  failed(peerId: PeerId, error: unknown, hop: string | undefined, hopId: PeerId | undefined): void {
    const details = error instanceof ClawReachError ? error.details : {};
    const named = typeof details['hop'] === 'string' ? details['hop'] : hop;
    const { before } = details;
    const code = errorCode(error);
    const last = this.#views.get(peerId)?.failure;
    const isSame = last?.code === code && last.hop === named;
    this.#views.set(peerId, {
      asking: null,
      failure: {
        code,
        at: isSame ? last.at : Math.floor(this.#clock.now()),
        ...(named === undefined ? {} : { hop: named }),
        ...(hopId === undefined ? {} : { hopId }),
        ...(typeof before === 'string' ? { before } : {}),
        message: error instanceof Error ? error.message : '',
      },
    });
  }

  /** Removes the status after a success or a change of the route. */
  forget(peerId: PeerId): void {
    this.#views.delete(peerId);
  }
}

/**
 * Remembers which hops have recently refused pass-through, so that their users aren't asked for dials that no user here requested, and not at every
 * retry. In memory only.
 */
export class HopRefusals {
  readonly #clock: Clock;
  /** Time of the last refusal per hop, monotonic, ms. */
  readonly #times = new Map<PeerId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records a refusal of the hop. */
  add(peerId: PeerId): void {
    this.#times.set(peerId, this.#clock.monotonic());
  }

  /** Reports whether the hop refused so recently that this device doesn't ask again by itself. */
  isRecent(peerId: PeerId): boolean {
    return this.#since(peerId) < LINK_LIMITS.refusedPause;
  }

  /** Reports whether this device may ask the hop's user for pass-through. Allowed only for a hop that the user here named, and not at every retry. */
  mayAsk(peerId: PeerId, { named, renews, requested }: Pick<HopRoute, 'named' | 'renews' | 'requested'>): boolean {
    return named.includes(peerId) && renews === null && (requested || this.#since(peerId) >= LINK_LIMITS.askedPause);
  }

  clear(): void {
    this.#times.clear();
  }

  #since(peerId: PeerId): number {
    return this.#clock.monotonic() - (this.#times.get(peerId) ?? -Infinity);
  }
}

/** Dependencies of `HopDialer`. */
export type HopDialerOptions = Pick<LinkManagerOptions, 'hops' | 'identity' | 'clock' | 'logger' | 'nameOf'> &
  Readonly<{
    /** Returns a session with a hop that the user named, and dials one if needed. */
    namedHop(peerId: PeerId, signal: AbortSignal): Promise<HopCandidate>;
    /** Returns the linked peers that may have a path to this peer. */
    linkedHops(peerId: PeerId): readonly HopCandidate[];
  }>;

/** Hops for one dial, and the circumstances that decide whether their users are asked. */
export type HopRoute = Readonly<{
  /** Hops that the user named, in order from this device; empty: any linked peer may be the hop. */
  named: readonly PeerId[];
  /** Hop of the path in use if that path is being renewed; else null. */
  renews: PeerId | null;
  /** True if a user is waiting for the session. */
  requested: boolean;
}>;

/** Delay before the next hop is tried in parallel, ms. The earlier hop may be silent, or its user may be deciding. */
const HOP_GAP = 3000;

const HOP_SESSION: HandshakeIntent = { purpose: 'hop', sessionId: undefined };

/**
 * Dials peers through hops: through those that the user named, or through any linked peer. Remembers refusals and failures, in memory. Used by
 * `TransportDialer`.
 */
export class HopDialer {
  readonly #options: HopDialerOptions;
  readonly #initiator: HandshakeInitiator;
  /** Hop through which each peer was last reached. */
  readonly #lastHops = new Map<PeerId, PeerId>();
  /** Hop that could not be reached in the last dial, by target peer. */
  readonly #lost = new Map<PeerId, PeerId>();
  readonly #refusals: HopRefusals;
  readonly #statuses: RouteStatuses;

  constructor(options: HopDialerOptions, initiator: HandshakeInitiator) {
    this.#options = options;
    this.#initiator = initiator;
    this.#refusals = new HopRefusals(options.clock);
    this.#statuses = new RouteStatuses(options.clock);
  }

  /** Returns the hop because of which the last dial of the peer failed. */
  lostHop(peerId: PeerId): PeerId | undefined {
    return this.#lost.get(peerId);
  }

  /** Returns the status of the peer's named hops; undefined if there is none. */
  routeStatus(peerId: PeerId): RouteStatus | undefined {
    return this.#statuses.get(peerId);
  }

  /** Removes the status of the named hops. Called when the user has changed the route. */
  forgetRoute(peerId: PeerId): void {
    this.#statuses.forget(peerId);
  }

  /** Forgets refusals, so that hops are asked again. Called when the user retries. */
  forgetRefusals(): void {
    this.#refusals.clear();
  }

  /**
   * Dials a peer through the named hops in order, or through any linked peer if none is named.
   * @throws {HopError} as `dialHopChain` and `HopTransport.dial`
   * @throws {LinkError} `link.no-way`
   */
  async dial(
    peerId: PeerId,
    wanted: HandshakeIntent,
    route: HopRoute,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const [first] = route.named;
    if (first === undefined) return await this.#throughAny(peerId, wanted, route, signal);
    try {
      const made = await this.#throughNamed(peerId, wanted, route, signal);
      this.#statuses.forget(peerId);
      return made;
    } catch (error) {
      if (signal.aborted) this.#statuses.forget(peerId);
      else {
        const hopId = error instanceof HopLostError ? error.peerId : undefined;
        this.#statuses.failed(peerId, error, this.#options.nameOf?.(first), hopId);
      }
      throw error;
    }
  }

  /** Dials through linked peers, one after another and partly in parallel. */
  async #throughAny(
    peerId: PeerId,
    wanted: HandshakeIntent,
    route: HopRoute,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const { hops: transport, clock } = this.#options;
    const hops = this.#linkedHops(peerId, route);
    if (transport === undefined || hops.length === 0) throw new LinkError('link.no-way', 'no hop is linked');
    // If the peer itself answers "unknown session", all attempts end.
    const gone = new AbortController();
    return await staggerDials(
      hops.map(({ peerId: hop, session, address }): Attempt<CompletedHandshake> => async (own) => {
        const ask = this.#refusals.mayAsk(hop, route);
        try {
          const done = await this.#initiator.handshake(peerId, 'via', wanted, own, (message1) =>
            transport.dial(session, peerId, message1, own, { ask }),
          );
          this.#lastHops.set(peerId, hop);
          return { kind: 'via', ...done, address, hops: [{ peerId: hop, session }] };
        } catch (error) {
          if (errorCode(error) === 'handshake.unknown-session') gone.abort(error);
          if (errorCode(error) === 'via.refused') this.#refusals.add(hop);
          throw error;
        }
      }),
      {
        clock,
        gap: HOP_GAP,
        signal: AbortSignal.any([signal, gone.signal]),
        discard: ({ channel }) => channel.destroy(),
        report: (errors) => errors.at(-1),
      },
    );
  }

  /** Dials through all named hops, each through the one before. */
  async #throughNamed(
    peerId: PeerId,
    wanted: HandshakeIntent,
    route: HopRoute,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const { hops: transport, clock, logger, identity, nameOf } = this.#options;
    const [first, ...others] = route.named;
    if (transport === undefined || first === undefined) throw new LinkError('link.no-way', 'no hop is named');
    try {
      const path = await dialHopChain([first, ...others], peerId, {
        ownId: identity.peerId,
        clock,
        logger,
        transport,
        nameOf,
        signal,
        firstHop: (hop) => this.#options.namedHop(hop, signal),
        handshake: (to, isTarget, send) =>
          this.#initiator.handshake(to, 'via', isTarget ? wanted : HOP_SESSION, signal, send),
        mayAsk: (hop) => this.#refusals.mayAsk(hop, route),
        onAsking: (hop) => this.#asking(peerId, hop, route),
        onRefused: (hop) => this.#refusals.add(hop),
      });
      this.#lost.delete(peerId);
      return { kind: 'via', ...path };
    } catch (error) {
      if (error instanceof HopLostError) this.#lost.set(peerId, error.peerId);
      else if (!signal.aborted) this.#lost.delete(peerId);
      throw error;
    }
  }

  #asking(peerId: PeerId, hop: PeerId, { named }: HopRoute): void {
    if (named.includes(hop)) this.#statuses.asking(peerId, hop);
  }

  /**
   * Returns the linked hops in the order of dialing. The hop used last comes last, since it may have cut the path; a renewal uses only the hop in
   * use.
   */
  #linkedHops(peerId: PeerId, { renews, requested }: HopRoute): readonly HopCandidate[] {
    const linked = this.#options.linkedHops(peerId);
    if (renews !== null) return linked.filter((one) => one.peerId === renews);
    const hops = requested ? linked : linked.filter((one) => !this.#refusals.isRecent(one.peerId));
    const last = this.#lastHops.get(peerId);
    return [...hops.filter((one) => one.peerId !== last), ...hops.filter((one) => one.peerId === last)];
  }
}
