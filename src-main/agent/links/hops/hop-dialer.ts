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
  failure: PassageFailure | null;
}>;

/** `hopId`: the hop that is missing. `at`: when the first of the tries ended that came to this one after the other, milliseconds since 1970. */
export type PassageFailure = Readonly<{
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
  mayAsk(
    peerId: PeerId,
    { named, now, wished }: Readonly<{ named: readonly PeerId[]; now: PeerId | null; wished: boolean }>,
  ): boolean {
    return named.includes(peerId) && now === null && (wished || this.#since(peerId) >= LINK_LIMITS.askedPause);
  }

  clear(): void {
    this.#times.clear();
  }

  #since(peerId: PeerId): number {
    return this.#clock.monotonic() - (this.#times.get(peerId) ?? -Infinity);
  }
}

export type HopDialerOptions = Pick<LinkManagerOptions, 'via' | 'identity' | 'clock' | 'logger' | 'nameOf'> &
  Readonly<{
    /** A session with that peer, made if need be. */
    middle(peerId: PeerId, signal: AbortSignal): Promise<HopCandidate>;
    /** Peers that are linked and might reach this one. */
    middles(peerId: PeerId): readonly HopCandidate[];
  }>;

/** Which peers in between, and whether the person at one of them may be asked. */
export type HopRoute = Readonly<{
  /** The person has named them, in order from here. */
  named: readonly PeerId[];
  /** It passes the session on now, and another path through it is to take the place of that one. */
  now: PeerId | null;
  /** A person wants the session at this moment. */
  wished: boolean;
}>;

/** A peer in between that has not led on after so long gets another one beside it, ms: it may say nothing, or that a person is asked. */
const MIDDLE_GAP = 3000;

const HOP: HandshakeIntent = { purpose: 'hop', sessionId: undefined };

/** Dials peers through others in between, and remembers what came of it. */
export class HopDialer {
  readonly #options: HopDialerOptions;
  readonly #initiator: HandshakeInitiator;
  /** By whom each peer was reached through another one the last time. */
  readonly #passed = new Map<PeerId, PeerId>();
  /** Which peer in between was missing on the way to each peer, the last time. */
  readonly #lost = new Map<PeerId, PeerId>();
  readonly #refusals: HopRefusals;
  readonly #passages: RouteStatuses;

  constructor(options: HopDialerOptions, initiator: HandshakeInitiator) {
    this.#options = options;
    this.#initiator = initiator;
    this.#refusals = new HopRefusals(options.clock);
    this.#passages = new RouteStatuses(options.clock);
  }

  /** The peer in between for want of which the last try to go through others came to nothing. */
  lostHop(peerId: PeerId): PeerId | undefined {
    return this.#lost.get(peerId);
  }

  /** How the way stands that the person has named; undefined where nothing is to be told of it. */
  passage(peerId: PeerId): RouteStatus | undefined {
    return this.#passages.get(peerId);
  }

  /** The person has named another way, or none. */
  forgetPassage(peerId: PeerId): void {
    this.#passages.forget(peerId);
  }

  /** A person wants another try: peers in between that refused before may be asked again. */
  forgetRefusals(): void {
    this.#refusals.clear();
  }

  /** Through those that the person has named, or one that is linked. @throws {HopError}; {LinkError} `link.no-way` */
  async dial(
    peerId: PeerId,
    wanted: HandshakeIntent,
    passage: HopRoute,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const [first] = passage.named;
    if (first === undefined) return await this.#between(peerId, wanted, passage, signal);
    try {
      const made = await this.#chain(peerId, wanted, passage, signal);
      this.#passages.forget(peerId);
      return made;
    } catch (error) {
      if (signal.aborted) this.#passages.forget(peerId);
      else {
        const hopId = error instanceof HopLostError ? error.peerId : undefined;
        this.#passages.failed(peerId, error, this.#options.nameOf?.(first), hopId);
      }
      throw error;
    }
  }

  /** Through any peer that is linked, where none is named. */
  async #between(
    peerId: PeerId,
    wanted: HandshakeIntent,
    passage: HopRoute,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const { via, clock } = this.#options;
    const middles = this.#middles(peerId, passage);
    if (via === undefined || middles.length === 0) throw new LinkError('link.no-way', 'no peer in between is linked');
    // The word of the peer itself that the session is gone ends it for all.
    const gone = new AbortController();
    return await staggered(
      middles.map(({ peerId: between, session, address }): Attempt<CompletedHandshake> => async (own) => {
        const ask = this.#refusals.mayAsk(between, passage);
        try {
          const done = await this.#initiator.handshake(peerId, 'via', wanted, own, (message1) =>
            via.dial(session, peerId, message1, own, { ask }),
          );
          this.#passed.set(peerId, between);
          return { kind: 'via', ...done, address, hops: [{ peerId: between, session }] };
        } catch (error) {
          if (errorCode(error) === 'handshake.unknown-session') gone.abort(error);
          if (errorCode(error) === 'via.refused') this.#refusals.add(between);
          throw error;
        }
      }),
      {
        clock,
        gap: MIDDLE_GAP,
        signal: AbortSignal.any([signal, gone.signal]),
        discard: ({ channel }) => channel.destroy(),
        report: (errors) => errors.at(-1),
      },
    );
  }

  /** Through all that the person has named, each reached through the one before. */
  async #chain(
    peerId: PeerId,
    wanted: HandshakeIntent,
    passage: HopRoute,
    signal: AbortSignal,
  ): Promise<CompletedHandshake> {
    const { via, clock, logger, identity, nameOf } = this.#options;
    const [first, ...others] = passage.named;
    if (via === undefined || first === undefined) throw new LinkError('link.no-way', 'no peer in between is named');
    try {
      const path = await dialHopChain([first, ...others], peerId, {
        ownId: identity.peerId,
        clock,
        logger,
        via,
        nameOf,
        signal,
        first: (hop) => this.#options.middle(hop, signal),
        handshake: (to, isTarget, send) => this.#initiator.handshake(to, 'via', isTarget ? wanted : HOP, signal, send),
        mayAsk: (hop) => this.#refusals.mayAsk(hop, passage),
        asking: (hop) => this.#asking(peerId, hop, passage),
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
    if (named.includes(hop)) this.#passages.asking(peerId, hop);
  }

  /**
   * Linked ones, each to be asked a little after the one before. Who passed us on the last time goes last, since it may have been the one who
   * cut; where its path works, it is the only one.
   */
  #middles(peerId: PeerId, { now, wished }: HopRoute): readonly HopCandidate[] {
    const linked = this.#options.middles(peerId);
    if (now !== null) return linked.filter((one) => one.peerId === now);
    const middles = wished ? linked : linked.filter((one) => !this.#refusals.isRecent(one.peerId));
    const last = this.#passed.get(peerId);
    return [...middles.filter((one) => one.peerId !== last), ...middles.filter((one) => one.peerId === last)];
  }
}
