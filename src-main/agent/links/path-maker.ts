import { errorCode } from '#shared/errors.ts';
import { resumedCiphers, startHandshake, type Established, type Purpose } from '#shared/handshake/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type ByteChannel } from '#shared/link/index.ts';
import { CandidateBudget, raceAddresses } from '../direct/index.ts';
import { dialThrough, HopLostError } from './chain.ts';
import { answerError } from './errors.ts';
import type { MadePath } from './link.ts';
import type { Middle } from './middles.ts';
import { Passages, type PassageView } from './passages.ts';
import type { DialKind } from './path-kinds.ts';
import { Refusals } from './refusals.ts';
import { staggered, type Attempt } from './staggered.ts';
import type { Answered, Hop, LinkManagerOptions, PeerRoute } from './types.ts';

/** A handshake that this side began and the peer has answered. */
export type Made = Readonly<{
  kind: DialKind;
  established: Established;
  channel: ByteChannel;
  address: string;
  hops: readonly Hop[];
}>;

export type PathMakerOptions = LinkManagerOptions &
  Readonly<{
    /** A session with that peer, made if need be. */
    middle(peerId: PeerId, signal: AbortSignal): Promise<Middle>;
    /** Peers that are linked and might reach this one. */
    middles(peerId: PeerId): readonly Middle[];
  }>;

/** A way that has not led to a session after so long gets another one beside it, ms. */
const WAY_GAP = 1000;

/** A peer in between that has not led on after so long gets another one beside it, ms: it may say nothing, or that a person is asked. */
const MIDDLE_GAP = 3000;

type Wanted = Readonly<{ purpose: Purpose; sessionId: Uint8Array | undefined }>;

/** Which peers in between, and whether the person at one of them may be asked. */
type Passage = Readonly<{
  /** The person has named them, in order from here. */
  named: readonly PeerId[];
  /** It passes the session on now, and another path through it is to take the place of that one. */
  now: PeerId | null;
  /** A person wants the session at this moment. */
  wished: boolean;
}>;
const NEW_SESSION: Wanted = { purpose: 'session', sessionId: undefined };
const HOP: Wanted = { purpose: 'hop', sessionId: undefined };

/** Dials peers by every way there is, and does our half of the handshake. It keeps no path and no session. */
export class PathMaker {
  readonly #options: PathMakerOptions;
  readonly #budgets = new Map<PeerId, CandidateBudget>();
  /** By whom each peer was reached through another one the last time. */
  readonly #passed = new Map<PeerId, PeerId>();

  /** Which peer in between was missing on the way to each peer, the last time. */
  readonly #lost = new Map<PeerId, PeerId>();
  readonly #refusals: Refusals;
  readonly #passages = new Passages();

  constructor(options: PathMakerOptions) {
    this.#options = options;
    this.#refusals = new Refusals(options.clock);
  }

  /** The peer in between for want of which the last try to go through others came to nothing. */
  lostHop(peerId: PeerId): PeerId | undefined {
    return this.#lost.get(peerId);
  }

  /** How the way stands that the person has named; undefined where nothing is to be told of it. */
  passage(peerId: PeerId): PassageView | undefined {
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

  /**
   * The first path of a new session, by whatever the person allows: the relay, an address that led to the peer before, a peer in between.
   * @param mayPass a peer in between may be asked when nothing else works
   * @throws {LinkError} `link.unknown-peer`, `link.key-changed`, `link.cancelled`, `link.no-address`
   * @throws {ClawReachError} `relay.refused.<reason>`, `relay.not-connected`, `relay.no-answer`, `direct.*`, `via.*`, `handshake.*`
   */
  async first(peerId: PeerId, route: PeerRoute, mayPass: boolean, signal: AbortSignal): Promise<Made> {
    const relay: Attempt<Made> = (own) => this.#relay(peerId, NEW_SESSION, own);
    const direct: Attempt<Made> = (own) => this.#direct(peerId, NEW_SESSION, route.addresses, [], own);
    const passage: Passage = { named: route.via, now: null, wished: true };
    if (route.via.length > 0) return this.#via(peerId, NEW_SESSION, passage, signal);
    switch (route.mode) {
      case 'relay-only':
        return relay(signal);
      case 'direct-only':
        return direct(signal);
      case 'auto':
        break;
    }
    const known = this.#dialable(route.addresses).length > 0;
    const attempts = known ? (this.#options.relay.isOnline(peerId) ? [relay, direct] : [direct, relay]) : [relay];
    try {
      return await staggered(attempts, {
        clock: this.#options.clock,
        gap: WAY_GAP,
        signal,
        discard: ({ channel }) => channel.destroy(),
        report: ([first, second]) => (attempts[0] === relay ? first : (second ?? first)),
      });
    } catch (error) {
      const last = mayPass && errorCode(error) !== 'link.key-changed' && !signal.aborted;
      if (!last || this.#options.middles(peerId).length === 0) throw error;
      return await this.#via(peerId, NEW_SESSION, passage, signal).catch(() => Promise.reject(error));
    }
  }

  /** A further path of a session. `addresses`: named by the peer, not proved. `through`: the peer in between whose path it renews. @throws as `first`; `handshake.unknown-session` */
  async further(
    peerId: PeerId,
    kind: DialKind,
    session: Readonly<{
      id: Uint8Array;
      secret: Uint8Array;
      route: PeerRoute;
      addresses: readonly string[];
      through: PeerId | null;
    }>,
    signal: AbortSignal,
  ): Promise<MadePath> {
    const { route } = session;
    const wanted: Wanted = { purpose: 'resume', sessionId: session.id };
    const passage: Passage = { named: route.via, now: session.through, wished: false };
    const made = await this.#by(kind, peerId, wanted, route, session.addresses, passage, signal);
    const { established, channel, address, hops } = made;
    const ciphers = resumedCiphers(this.#options.crypto, established, session.secret, true);
    return { kind, channel, ...ciphers, dialled: true, address, hops };
  }

  /** Addresses of a peer that can be dialled: proved ones, then named ones. */
  dialable(route: PeerRoute, addresses: readonly string[]): readonly string[] {
    return this.#dialable([...route.addresses, ...addresses]);
  }

  #by(
    kind: DialKind,
    peerId: PeerId,
    wanted: Wanted,
    route: PeerRoute,
    addresses: readonly string[],
    passage: Passage,
    signal: AbortSignal,
  ): Promise<Made> {
    switch (kind) {
      case 'relay':
        return this.#relay(peerId, wanted, signal);
      case 'direct':
        return this.#direct(peerId, wanted, route.addresses, addresses, signal);
      case 'via':
        return this.#via(peerId, wanted, passage, signal);
    }
  }

  async #relay(peerId: PeerId, wanted: Wanted, signal: AbortSignal): Promise<Made> {
    const { relay } = this.#options;
    const done = await this.#handshake(peerId, 'relay', wanted, signal, (message1) =>
      relay.connect(peerId, message1, signal),
    );
    return { kind: 'relay', ...done, address: relay.address, hops: [] };
  }

  /** @param proved addresses at which the peer has answered before @param named what it says, or said, of itself */
  async #direct(
    peerId: PeerId,
    wanted: Wanted,
    proved: readonly string[],
    named: readonly string[],
    signal: AbortSignal,
  ): Promise<Made> {
    const { direct, clock } = this.#options;
    const known = this.#dialable(proved);
    const others = this.#dialable(named).filter((address) => !known.includes(address));
    const addresses = [...known, ...this.#budget(peerId).take(others)];
    if (direct === undefined || addresses.length === 0) {
      throw new LinkError('link.no-address', 'no address is known at which the peer could be dialled now');
    }
    let sessionGone: unknown;
    try {
      const { address, result } = await raceAddresses(addresses, {
        clock,
        signal,
        attempt: (address, own) =>
          this.#handshake(peerId, 'direct', wanted, own, (message1) => direct.dial(address, message1, own)).catch(
            (error: unknown) => {
              if (errorCode(error) === 'handshake.unknown-session') {
                sessionGone = error;
                // It was the peer who said so: a new session finds it there.
                this.#options.routes?.reached(peerId, address);
              }
              throw error;
            },
          ),
        discard: ({ channel }) => channel.destroy(),
      });
      return { kind: 'direct', ...result, address, hops: [] };
    } catch (error) {
      throw sessionGone ?? error;
    }
  }

  async #via(peerId: PeerId, wanted: Wanted, passage: Passage, signal: AbortSignal): Promise<Made> {
    const [first] = passage.named;
    if (first === undefined) return await this.#between(peerId, wanted, passage, signal);
    try {
      const made = await (passage.named.length > 1
        ? this.#chain(peerId, wanted, passage, signal)
        : this.#between(peerId, wanted, passage, signal));
      this.#passages.forget(peerId);
      return made;
    } catch (error) {
      if (signal.aborted) this.#passages.forget(peerId);
      else this.#passages.failed(peerId, error, this.#options.nameOf?.(first));
      throw error;
    }
  }

  /** Through one peer, the named one or any that is linked. */
  async #between(peerId: PeerId, wanted: Wanted, passage: Passage, signal: AbortSignal): Promise<Made> {
    const { via, clock } = this.#options;
    const middles = await this.#middles(peerId, passage, signal);
    if (via === undefined || middles.length === 0) throw new LinkError('link.no-way', 'no peer in between is linked');
    // The word of the peer itself that the session is gone ends it for all.
    const gone = new AbortController();
    return await staggered(
      middles.map(({ peerId: between, session, address }): Attempt<Made> => async (own) => {
        const ask = this.#refusals.mayAsk(between, passage);
        try {
          const done = await this.#handshake(peerId, 'via', wanted, own, (message1) =>
            via.dial(session, peerId, message1, own, { ask, onWaiting: () => this.#asking(peerId, between, passage) }),
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
  async #chain(peerId: PeerId, wanted: Wanted, passage: Passage, signal: AbortSignal): Promise<Made> {
    const { via, clock, logger, identity, nameOf } = this.#options;
    const [first, ...others] = passage.named;
    if (via === undefined || first === undefined) throw new LinkError('link.no-way', 'no peer in between is named');
    this.#lost.delete(peerId);
    try {
      const path = await dialThrough([first, ...others], peerId, {
        ownId: identity.peerId,
        clock,
        logger,
        via,
        nameOf,
        signal,
        first: (hop) => this.#options.middle(hop, signal),
        handshake: (to, isTarget, send) => this.#handshake(to, 'via', isTarget ? wanted : HOP, signal, send),
        mayAsk: (hop) => this.#refusals.mayAsk(hop, passage),
        asking: (hop) => this.#asking(peerId, hop, passage),
        refused: (hop) => this.#refusals.add(hop),
      });
      return { kind: 'via', ...path };
    } catch (error) {
      if (error instanceof HopLostError) this.#lost.set(peerId, error.peerId);
      throw error;
    }
  }

  #asking(peerId: PeerId, hop: PeerId, { named }: Passage): void {
    if (named.includes(hop)) this.#passages.asking(peerId, hop);
  }

  /**
   * The one the person named; without it linked ones, each to be asked a little after the one before. Who passed us on the last time goes
   * last, since it may have been the one who cut; where its path works, it is the only one.
   */
  async #middles(peerId: PeerId, { named, now, wished }: Passage, signal: AbortSignal): Promise<readonly Middle[]> {
    const [only] = named;
    if (only !== undefined) return [await this.#options.middle(only, signal)];
    const linked = this.#options.middles(peerId);
    if (now !== null) return linked.filter((one) => one.peerId === now);
    const middles = wished ? linked : linked.filter((one) => !this.#refusals.isRecent(one.peerId));
    const last = this.#passed.get(peerId);
    return [...middles.filter((one) => one.peerId !== last), ...middles.filter((one) => one.peerId === last)];
  }

  async #handshake(
    peerId: PeerId,
    path: DialKind,
    { purpose, sessionId }: Wanted,
    signal: AbortSignal,
    send: (message1: Uint8Array) => Promise<Answered>,
  ): Promise<Readonly<{ established: Established; channel: ByteChannel }>> {
    const { crypto, identity, clock, peers } = this.#options;
    const peer = peers.lookup(peerId);
    if (peer === undefined) throw new LinkError('link.unknown-peer', 'this device is not paired with that peer');
    const handshake = await startHandshake({
      crypto,
      identity,
      peer,
      sessionId: sessionId ?? crypto.randomBytes(16),
      purpose,
      path,
      now: clock.now() / 1000,
    });
    const { message2, channel } = await send(handshake.message1);
    try {
      const established = await handshake.finish(message2);
      // The pin may have gone while the answer was on its way.
      if (signal.aborted || peers.lookup(peerId) === undefined) throw new LinkError('link.cancelled', 'given up');
      return { established, channel };
    } catch (error) {
      channel.destroy();
      throw answerError(error);
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
