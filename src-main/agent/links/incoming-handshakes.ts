import { errorCode } from '#shared/errors.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Timer } from '#shared/clock.ts';
import { HandshakeResponder, resumedCiphers, type Established } from '#shared/handshake/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type ByteChannel, type LinkSession } from '#shared/link/index.ts';
import type { IncomingPath } from '../direct/index.ts';
import type { IncomingConnection } from '../relay/index.ts';
import type { TransportKind } from './paths/transport-kinds.ts';
import type { PathToCheck } from './paths/allowed-paths.ts';
import type { IncomingHopSession, IncomingHopSessions } from './hops/incoming-hop-sessions.ts';
import type { Link } from './link.ts';
import type { Hop, LinkManagerOptions, EstablishedPath } from './types.ts';

/** Answered handshake whose initiator has not yet proved that message 1 is no replay. */
type Unconfirmed = Readonly<{
  kind: TransportKind;
  hops: readonly Hop[];
  peerId: PeerId;
  channel: ByteChannel;
  timer: Timer;
}>;

const CONFIRM_TIMEOUT = 10_000;
/** Most unconfirmed handshakes per transport, so that callers over one transport can't block the others. */
const MAX_UNCONFIRMED = 32;
const MAX_UNCONFIRMED_PER_PEER = 4;

/** Received message 1, with the functions that answer it. */
type Message1 = Readonly<{
  kind: TransportKind;
  /** Caller as named by the relay or by the session that prepared the path; undefined if unknown before the handshake. */
  from: PeerId | undefined;
  address: string;
  hops: readonly Hop[];
  message1: Uint8Array;
  isCancelled(): boolean;
  accept(message2: Uint8Array): ByteChannel;
  refuse(reason: 'refused' | 'busy'): void;
}>;

/** Session that has just been created for an incoming handshake. */
type NewSession = Readonly<{
  session: LinkSession;
  attach(path: EstablishedPath, settled: (used: boolean) => void): void;
}>;

/** Dependencies of `IncomingHandshakes`. */
export type IncomingHandshakesOptions = Pick<
  LinkManagerOptions,
  'crypto' | 'identity' | 'clock' | 'logger' | 'peers' | 'onHandshakeRejected'
> &
  Readonly<{
    relayAddress(): string;
    /** Reports whether the current route of the peer allows that path. */
    allows(peerId: PeerId, path: PathToCheck): boolean;
    /** Called when a peer has authenticated over a transport that its route forbids. */
    forbidden(peerId: PeerId, kind: TransportKind): void;
    /** Returns the peer's live link with that session ID. */
    find(peerId: PeerId, sessionId: string): Link | undefined;
    /** Creates a link that stays unknown to the rest of the agent until it is confirmed. */
    create(peerId: PeerId, established: Established, confirm: () => boolean): Link;
    /**
     * Registers the link. Called once its initiator has authenticated.
     * @throws if the device can't register the link
     */
    take(link: Link, established: Established): void;
    /** Registers sessions of peers that only use this device as a hop. */
    hopSessions: IncomingHopSessions;
  }>;

/**
 * Answers incoming handshakes, for new sessions and for further paths of live ones. A session stays unconfirmed until the initiator's first record
 * authenticates. Unconfirmed sessions are limited per transport and peer, and closed after ten seconds. Used by `LinkManager`. Rejections are
 * reported to `onHandshakeRejected`, for the audit log.
 */
export class IncomingHandshakes {
  readonly #options: IncomingHandshakesOptions;
  readonly #responder: HandshakeResponder;
  readonly #unconfirmed = new Set<Unconfirmed>();
  /** Number of handshakes being computed, by transport and named caller. */
  readonly #arriving = new Map<string, number>();
  #closed = false;
  #paused = false;

  constructor(options: IncomingHandshakesOptions) {
    const { crypto, identity, clock, peers } = options;
    this.#options = options;
    this.#responder = new HandshakeResponder({ crypto, identity, clock, lookup: (peerId) => peers.lookup(peerId) });
  }

  /** Handles message 1 of a path over the relay. */
  fromRelay({ from, message1, cancelled, accept, refuse }: IncomingConnection): void {
    void this.#answer({
      kind: 'relay',
      from,
      address: this.#options.relayAddress(),
      hops: [],
      message1,
      isCancelled: () => cancelled.aborted,
      accept,
      refuse,
    });
  }

  /** Handles message 1 of a direct, UDP or hop path. Callers that are rejected get no answer. */
  fromPath(incoming: IncomingPath): void {
    const { kind, address, message1 } = incoming;
    void this.#answer({
      kind,
      from: incoming.from,
      address,
      hops: kind === 'via' ? [{ peerId: address as PeerId, session: undefined }] : [],
      message1,
      isCancelled: () => false,
      accept: (message2) => incoming.accept(message2),
      refuse: () => incoming.drop(),
    });
  }

  /** Closes unconfirmed paths that the peer's changed route forbids. */
  routeChanged(peerId: PeerId): void {
    for (const { kind, hops, channel, peerId: from } of this.#unconfirmed)
      if (from === peerId && !this.#options.allows(peerId, { kind, hops, dialed: false }))
        channel.destroy(new LinkError('link.mode', 'the choice for this peer does not allow this path any more'));
  }

  /** Closes the peer's unconfirmed paths. */
  drop(peerId: PeerId, error: LinkError): void {
    for (const waiting of this.#unconfirmed) if (waiting.peerId === peerId) waiting.channel.destroy(error);
  }

  /** Peers with an unconfirmed path. */
  get peerIds(): readonly PeerId[] {
    return [...this.#unconfirmed].map(({ peerId }) => peerId);
  }

  /** Sets whether every handshake is rejected, while the device is paused. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
  }

  close(): void {
    this.#closed = true;
  }

  get #isShut(): boolean {
    return this.#closed || this.#paused;
  }

  async #answer(incoming: Message1): Promise<void> {
    const { kind, from } = incoming;
    const key = `${kind} ${from ?? ''}`;
    if (this.#isShut || (from !== undefined && this.#options.peers.lookup(from) === undefined)) {
      this.#refuse(incoming, 'refused', 'link.unknown-peer');
      return;
    }
    const arriving = this.#arriving.get(key) ?? 0;
    const tooMany = from !== undefined && arriving + this.#waitingOf(kind, from) >= MAX_UNCONFIRMED_PER_PEER;
    if (tooMany || arriving >= MAX_UNCONFIRMED || this.#waitingOf(kind) >= MAX_UNCONFIRMED) {
      this.#refuse(incoming, 'busy', 'link.too-many-handshakes');
      return;
    }
    this.#arriving.set(key, arriving + 1);
    try {
      await this.#receive(incoming);
    } catch (error) {
      this.#refuse(incoming, 'refused', errorCode(error));
    } finally {
      const left = (this.#arriving.get(key) ?? 1) - 1;
      if (left === 0) this.#arriving.delete(key);
      else this.#arriving.set(key, left);
    }
  }

  async #receive(incoming: Message1): Promise<void> {
    const { kind, from } = incoming;
    const handshake = await this.#responder.receive(incoming.message1, kind);
    const { peerId } = handshake.peer;
    if (from !== undefined && peerId !== from)
      throw new LinkError('link.wrong-sender', 'the relay named another sender');
    this.#check(peerId, incoming);
    if (from === undefined && this.#waitingOf(kind, peerId) >= MAX_UNCONFIRMED_PER_PEER)
      throw new LinkError('link.too-many-handshakes', 'too many handshakes of this peer wait');
    if (handshake.purpose !== 'resume') {
      // A UDP path is prepared over a session, so it can't start one.
      if (kind === 'udp') throw new LinkError('link.mode', 'a path over UDP is one of a session that there is');
      // Only peers that arrive through a hop need hop sessions.
      if (handshake.purpose === 'hop' && kind !== 'via') throw new LinkError('link.mode', 'a hop comes through a peer');
      const { message2, established } = await handshake.respond();
      if (this.#isShut || incoming.isCancelled()) return;
      this.#check(peerId, incoming);
      const channel = incoming.accept(message2);
      if (handshake.purpose === 'session') this.#awaitLink(peerId, incoming, channel, established);
      else this.#awaitHopSession(peerId, incoming, channel, established);
      return;
    }
    const sessionId = toHex(handshake.sessionId);
    const known = this.#options.find(peerId, sessionId) !== undefined;
    const { message2, established } = await handshake.respond(known ? 'accepted' : 'unknown-session');
    if (this.#isShut || incoming.isCancelled()) return;
    this.#check(peerId, incoming);
    const link = this.#options.find(peerId, sessionId);
    const channel = incoming.accept(message2);
    if (known && link !== undefined) this.#resume(link, incoming, channel, established);
    else this.#answerUnknownSession(incoming, peerId, channel);
  }

  /**
   * Checks that the route allows the path. Called again after each wait, since the route may have changed.
   * @throws {LinkError} `link.mode`
   */
  #check(peerId: PeerId, { kind, hops }: Message1): void {
    if (this.#options.allows(peerId, { kind, hops, dialed: false })) return;
    this.#options.forbidden(peerId, kind);
    throw new LinkError('link.mode', 'the choice for this peer does not allow this path');
  }

  /** Sends the answer "unknown session" and closes. The channel counts as unconfirmed until it is closed, which limits open channels. */
  #answerUnknownSession(incoming: Message1, peerId: PeerId, channel: ByteChannel): void {
    const forget = this.#remember(incoming, peerId, channel);
    channel.setHandlers({ data: () => undefined, drain: () => undefined, closed: () => void forget() });
    channel.close();
  }

  #awaitLink(peerId: PeerId, incoming: Message1, channel: ByteChannel, established: Established): void {
    const { create, take } = this.#options;
    const begin = (confirm: () => boolean): Link => create(peerId, established, confirm);
    this.#await(peerId, incoming, channel, established, { begin, take: (link) => take(link, established) });
  }

  #awaitHopSession(peerId: PeerId, incoming: Message1, channel: ByteChannel, established: Established): void {
    const { hopSessions } = this.#options;
    const begin = (confirm: () => boolean): IncomingHopSession => hopSessions.create(peerId, established, confirm);
    this.#await(peerId, incoming, channel, established, { begin, take: (session) => hopSessions.take(session) });
  }

  /** Creates a session but registers it only when the initiator's first record has authenticated: message 1 may be a replay. */
  #await<T extends NewSession>(
    peerId: PeerId,
    incoming: Message1,
    channel: ByteChannel,
    established: Established,
    { begin, take }: Readonly<{ begin(confirm: () => boolean): T; take(created: T): void }>,
  ): void {
    const { peers, logger } = this.#options;
    const forget = this.#remember(incoming, peerId, channel);
    let accepted = false;
    const confirm = (): boolean => {
      if (!forget()) return accepted;
      if (peers.lookup(peerId) === undefined) {
        void created.session.close('link.unknown-peer', 'this device is not paired with that peer');
        return false;
      }
      accepted = true;
      take(created);
      return true;
    };
    const created = begin(confirm);
    const settled = created.session.confirmed.then(confirm, (error: unknown) => {
      forget();
      logger.debug('an incoming session was not confirmed', { errorCode: errorCode(error) });
    });
    settled.catch((error: unknown) => {
      logger.error('an incoming session could not be taken in', { errorCode: errorCode(error) });
      void created.session.close('link.closed', 'the session could not be taken in');
    });
    created.attach(pathOf(incoming, channel, established), (used) => {
      // An unconfirmed session doesn't wait for another path.
      if (!used) void created.session.close('link.unconfirmed', 'the initiator did not go on');
    });
  }

  /** Attaches a further path to a session. The session keeps using its current path until the new one has authenticated. */
  #resume(link: Link, incoming: Message1, channel: ByteChannel, established: Established): void {
    const forget = this.#remember(incoming, link.peerId, channel);
    const ciphers = resumedCiphers(this.#options.crypto, established, link.secret, false);
    link.attach({ ...pathOf(incoming, channel, established), ...ciphers }, () => forget());
  }

  /**
   * Counts the path as unconfirmed for at most ten seconds.
   * @returns a function that ends the counting; it returns false if the counting had already ended
   */
  #remember({ kind, hops }: Message1, peerId: PeerId, channel: ByteChannel): () => boolean {
    const waiting: Unconfirmed = {
      kind,
      hops,
      peerId,
      channel,
      timer: this.#options.clock.setTimer(CONFIRM_TIMEOUT, () => {
        this.#unconfirmed.delete(waiting);
        channel.destroy(new LinkError('link.unconfirmed', 'the initiator did not go on'));
      }),
    };
    this.#unconfirmed.add(waiting);
    return () => {
      waiting.timer.cancel();
      return this.#unconfirmed.delete(waiting);
    };
  }

  /** Counts unconfirmed paths of a transport. @param peerId undefined: of all peers */
  #waitingOf(kind: TransportKind, peerId?: PeerId): number {
    return [...this.#unconfirmed].filter(
      (waiting) => waiting.kind === kind && (peerId === undefined || waiting.peerId === peerId),
    ).length;
  }

  #refuse(incoming: Message1, reason: 'refused' | 'busy', code: string): void {
    incoming.refuse(reason);
    this.#options.logger.info('a link was refused', { from: incoming.from ?? incoming.address, errorCode: code });
    if (incoming.from !== undefined) this.#options.onHandshakeRejected?.({ from: incoming.from, code });
  }
}

function pathOf(incoming: Message1, channel: ByteChannel, { send, receive }: Established): EstablishedPath {
  const { kind, address, hops } = incoming;
  return { kind, channel, send, receive, dialed: false, address, hops };
}
