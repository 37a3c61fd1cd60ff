import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LINK_LIMITS } from '../limits.ts';
import { LinkError } from '#shared/link/index.ts';
import { dialHopChain, HopLostError } from './chain-dialer.ts';
import type { HandshakeInitiator, HandshakeIntent } from '../handshake-initiator.ts';
import type { HopCandidate } from './hops.ts';
import { staggered, type Attempt } from '../staggered-dials.ts';
import type { LinkManagerOptions, CompletedHandshake } from '../types.ts';

/** How the way through the peers stands that a person has named. */
export type RouteStatus = Readonly<{
  /** Whose person is being asked to let us pass; null where nobody is. */
  asking: PeerId | null;
  /** What the newest try came to that has ended: a code, and the peers it is about, by name; null where it worked, or none has ended. */
  failure: RouteFailure | null;
}>;

/** `hopId`: the hop that is missing. `at`: when the first of the tries ended that came to this one after the other, milliseconds since 1970. */
export type RouteFailure = Readonly<{
  code: string;
  hop?: string;
  hopId?: PeerId;
  before?: string;
  message: string;
  at: number;
}>;

/** What is known of the ways that persons have named, by the peer they lead to. */
export class RouteStatuses {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #views = new Map<PeerId, RouteStatus>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get(peerId: PeerId): RouteStatus | undefined {
    return this.#views.get(peerId);
  }

  asking(peerId: PeerId, hop: PeerId): void {
    this.#views.set(peerId, { asking: hop, failure: null });
  }

  /** @param hop name of the one that was to let us pass, for errors that name none */
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

  /** It worked, or is another way now. */
  forget(peerId: PeerId): void {
    this.#views.delete(peerId);
  }
}

/**
 * Which peers in between did not let us pass, and when. The person there must not hear of what nobody here has asked for, nor of the same
 * wish at each retry.
 */
export class HopRefusals {
  readonly #clock: Clock;
  /** Monotonic; one entry for a paired peer at most. */
  readonly #times = new Map<PeerId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(peerId: PeerId): void {
    this.#times.set(peerId, this.#clock.monotonic());
  }

  /** This device does not ask it by itself for a while. */
  isRecent(peerId: PeerId): boolean {
    return this.#since(peerId) < LINK_LIMITS.refusedPause;
  }

  /** Whether its person may be asked: only where ours has named that peer, and not at every retry. */
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

export type HopDialerOptions = Pick<LinkManagerOptions, 'hops' | 'identity' | 'clock' | 'logger' | 'nameOf'> &
  Readonly<{
    /** A session with that peer, made if need be. */
    namedHop(peerId: PeerId, signal: AbortSignal): Promise<HopCandidate>;
    /** Peers that are linked and might reach this one. */
    linkedHops(peerId: PeerId): readonly HopCandidate[];
  }>;

/** Which peers in between, and whether the person at one of them may be asked. */
export type HopRoute = Readonly<{
  /** The person has named them, in order from here. */
  named: readonly PeerId[];
  /** It passes the session on now, and another path through it is to take the place of that one. */
  renews: PeerId | null;
  /** A person wants the session at this moment. */
  requested: boolean;
}>;

/** A peer in between that has not led on after so long gets another one beside it, ms: it may say nothing, or that a person is asked. */
const HOP_GAP = 3000;

const HOP_SESSION: HandshakeIntent = { purpose: 'hop', sessionId: undefined };

/** Dials peers through others in between, and remembers what came of it. */
export class HopDialer {
  readonly #options: HopDialerOptions;
  readonly #initiator: HandshakeInitiator;
  /** By whom each peer was reached through another one the last time. */
  readonly #lastHops = new Map<PeerId, PeerId>();
  /** Which peer in between was missing on the way to each peer, the last time. */
  readonly #lost = new Map<PeerId, PeerId>();
  readonly #refusals: HopRefusals;
  readonly #statuses: RouteStatuses;

  constructor(options: HopDialerOptions, initiator: HandshakeInitiator) {
    this.#options = options;
    this.#initiator = initiator;
    this.#refusals = new HopRefusals(options.clock);
    this.#statuses = new RouteStatuses(options.clock);
  }

  /** The peer in between for want of which the last try to go through others came to nothing. */
  lostHop(peerId: PeerId): PeerId | undefined {
    return this.#lost.get(peerId);
  }

  /** How the way stands that the person has named; undefined where nothing is to be told of it. */
  routeStatus(peerId: PeerId): RouteStatus | undefined {
    return this.#statuses.get(peerId);
  }

  /** The person has named another way, or none. */
  forgetRoute(peerId: PeerId): void {
    this.#statuses.forget(peerId);
  }

  /** A person wants another try: peers in between that refused before may be asked again. */
  forgetRefusals(): void {
    this.#refusals.clear();
  }

  /** Through those that the person has named, or one that is linked. @throws {HopError}; {LinkError} `link.no-way` */
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

  /** Through any peer that is linked, where none is named. */
  async #throughAny(
    peerId: PeerId,
    wanted: HandshakeIntent,
    route: HopRoute,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const { hops: transport, clock } = this.#options;
    const hops = this.#linkedHops(peerId, route);
    if (transport === undefined || hops.length === 0)
      throw new LinkError('link.no-way', 'no peer in between is linked');
    // The word of the peer itself that the session is gone ends it for all.
    const gone = new AbortController();
    return await staggered(
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

  /** Through all that the person has named, each reached through the one before. */
  async #throughNamed(
    peerId: PeerId,
    wanted: HandshakeIntent,
    route: HopRoute,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const { hops: transport, clock, logger, identity, nameOf } = this.#options;
    const [first, ...others] = route.named;
    if (transport === undefined || first === undefined)
      throw new LinkError('link.no-way', 'no peer in between is named');
    try {
      const path = await dialHopChain([first, ...others], peerId, {
        ownId: identity.peerId,
        clock,
        logger,
        transport,
        nameOf,
        signal,
        first: (hop) => this.#options.namedHop(hop, signal),
        handshake: (to, isTarget, send) =>
          this.#initiator.handshake(to, 'via', isTarget ? wanted : HOP_SESSION, signal, send),
        mayAsk: (hop) => this.#refusals.mayAsk(hop, route),
        asking: (hop) => this.#asking(peerId, hop, route),
        refused: (hop) => this.#refusals.add(hop),
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
   * Linked ones, each to be asked a little after the one before. Who passed us on the last time goes last, since it may have been the one who
   * cut; where its path works, it is the only one.
   */
  #linkedHops(peerId: PeerId, { renews, requested }: HopRoute): readonly HopCandidate[] {
    const linked = this.#options.linkedHops(peerId);
    if (renews !== null) return linked.filter((one) => one.peerId === renews);
    const hops = requested ? linked : linked.filter((one) => !this.#refusals.isRecent(one.peerId));
    const last = this.#lastHops.get(peerId);
    return [...hops.filter((one) => one.peerId !== last), ...hops.filter((one) => one.peerId === last)];
  }
}
