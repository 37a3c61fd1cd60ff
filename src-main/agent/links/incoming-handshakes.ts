import { toHex } from '#shared/bytes/index.ts';
import type { Timer } from '#shared/clock.ts';
import { HandshakeResponder, resumedCiphers, type Established } from '#shared/handshake/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type ByteChannel, type LinkSession } from '#shared/link/index.ts';
import type { IncomingPath } from '../direct/index.ts';
import type { IncomingConnection } from '../relay/index.ts';
import type { TransportKind } from './paths/transport-kinds.ts';
import type { PathToCheck } from './paths/allowed-paths.ts';
import { codeOf } from './errors.ts';
import type { IncomingHopSession, IncomingHopSessions } from './hops/incoming-hop-sessions.ts';
import type { Link } from './link.ts';
import type { Hop, LinkManagerOptions, EstablishedPath } from './types.ts';

/** An answered handshake whose initiator has not proved yet that it is no replay. */
type Unconfirmed = Readonly<{
  kind: TransportKind;
  hops: readonly Hop[];
  peerId: PeerId;
  channel: ByteChannel;
  timer: Timer;
}>;

const CONFIRM_TIMEOUT = 10_000;
/** For each kind of path by itself: who reaches this device by one of them must not keep the others busy. */
const MAX_UNCONFIRMED = 32;
const MAX_UNCONFIRMED_PER_PEER = 4;

/** Message 1 from wherever it came. */
type Message1 = Readonly<{
  kind: TransportKind;
  /** As the relay says, or whose session prepared it; without it nobody claims anything before the handshake. */
  from: PeerId | undefined;
  address: string;
  hops: readonly Hop[];
  message1: Uint8Array;
  isCancelled(): boolean;
  accept(message2: Uint8Array): ByteChannel;
  refuse(reason: 'refused' | 'busy'): void;
}>;

/** A session that is about to be, with whoever came. */
type NewSession = Readonly<{
  session: LinkSession;
  attach(path: EstablishedPath, settled: (used: boolean) => void): void;
}>;

export type IncomingHandshakesOptions = Pick<
  LinkManagerOptions,
  'crypto' | 'identity' | 'clock' | 'logger' | 'peers' | 'onRefused'
> &
  Readonly<{
    relayAddress(): string;
    /** Tells whether the person's choice for the peer, as it is now, allows that path. */
    allows(peerId: PeerId, path: PathToCheck): boolean;
    /** A peer has proved itself, and came by a path that the choice forbids. */
    forbidden(peerId: PeerId, kind: TransportKind): void;
    /** A live session of exactly this peer. */
    find(peerId: PeerId, sessionId: string): Link | undefined;
    /** A new session, not yet told to anybody. */
    create(peerId: PeerId, established: Established, confirm: () => boolean): Link;
    /** Its initiator has proved to be there. @throws when the device cannot take it in */
    take(link: Link, established: Established): void;
    /** Who wants only to be led on from here. */
    hopSessions: IncomingHopSessions;
  }>;

/** Whoever wants a session, or a further path of one: checked, answered, and kept at arm's length until it has proved that it is there. */
export class IncomingHandshakes {
  readonly #options: IncomingHandshakesOptions;
  readonly #responder: HandshakeResponder;
  readonly #unconfirmed = new Set<Unconfirmed>();
  /** Handshakes being looked at, by kind of path and the peer the relay names, if any. */
  readonly #arriving = new Map<string, number>();
  #closed = false;
  #paused = false;

  constructor(options: IncomingHandshakesOptions) {
    const { crypto, identity, clock, peers } = options;
    this.#options = options;
    this.#responder = new HandshakeResponder({ crypto, identity, clock, lookup: (peerId) => peers.lookup(peerId) });
  }

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

  /** Directly, over UDP, or through another peer: whoever is not let in hears nothing. */
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

  /** The person's choice for that peer has changed: what it forbids ends, answered or not. */
  routeChanged(peerId: PeerId): void {
    for (const { kind, hops, channel, peerId: from } of this.#unconfirmed)
      if (from === peerId && !this.#options.allows(peerId, { kind, hops, dialled: false }))
        channel.destroy(new LinkError('link.mode', 'the choice for this peer does not allow this path any more'));
  }

  /** Ends what has not proved itself. */
  drop(peerId: PeerId, error: LinkError): void {
    for (const waiting of this.#unconfirmed) if (waiting.peerId === peerId) waiting.channel.destroy(error);
  }

  get peerIds(): readonly PeerId[] {
    return [...this.#unconfirmed].map(({ peerId }) => peerId);
  }

  /** Nobody is let in meanwhile. */
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
      this.#refuse(incoming, 'refused', codeOf(error));
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
      throw new LinkError('link.wrong-sender', 'it was said to be another sender');
    this.#check(peerId, incoming);
    if (from === undefined && this.#waitingOf(kind, peerId) >= MAX_UNCONFIRMED_PER_PEER)
      throw new LinkError('link.too-many-handshakes', 'too many handshakes of this peer wait');
    if (handshake.purpose !== 'resume') {
      // What goes before such a path goes through a session: whoever begins one here has none.
      if (kind === 'udp') throw new LinkError('link.mode', 'a path over UDP is one of a session that there is');
      // Whoever reaches this device without another one in between needs no hop here.
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

  /** Looked at again after each wait: the choice may have changed meanwhile. @throws {LinkError} `link.mode` */
  #check(peerId: PeerId, { kind, hops }: Message1): void {
    if (this.#options.allows(peerId, { kind, hops, dialled: false })) return;
    this.#options.forbidden(peerId, kind);
    throw new LinkError('link.mode', 'the choice for this peer does not allow this path');
  }

  /** The word that the session is gone is all there is to say. It counts until it is taken away, or nobody could count what is held open. */
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

  /** Message 1 may be a replay: nothing happens, and nobody hears of it, before the initiator's first record has opened. */
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
    const came = created.session.confirmed.then(confirm, (error: unknown) => {
      forget();
      logger.debug('an incoming session came to nothing', { errorCode: codeOf(error) });
    });
    came.catch((error: unknown) => {
      logger.error('an incoming session could not be taken in', { errorCode: codeOf(error) });
      void created.session.close('link.closed', 'the session could not be taken in');
    });
    created.attach(pathOf(incoming, channel, established), (used) => {
      // Without its first record there is no session that could wait for another path.
      if (!used) void created.session.close('link.unconfirmed', 'the initiator did not go on');
    });
  }

  /** A further path: the session goes on over the one it has until this one has proved itself. */
  #resume(link: Link, incoming: Message1, channel: ByteChannel, established: Established): void {
    const forget = this.#remember(incoming, link.peerId, channel);
    const ciphers = resumedCiphers(this.#options.crypto, established, link.secret, false);
    link.attach({ ...pathOf(incoming, channel, established), ...ciphers }, () => forget());
  }

  /** Counts it until it is confirmed, at most ten seconds. @returns what takes it off again; false when it was off already */
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

  /** Of one peer, or of all. */
  #waitingOf(kind: TransportKind, peerId?: PeerId): number {
    return [...this.#unconfirmed].filter(
      (waiting) => waiting.kind === kind && (peerId === undefined || waiting.peerId === peerId),
    ).length;
  }

  #refuse(incoming: Message1, reason: 'refused' | 'busy', code: string): void {
    incoming.refuse(reason);
    this.#options.logger.info('a link was refused', { from: incoming.from ?? incoming.address, errorCode: code });
    if (incoming.from !== undefined) this.#options.onRefused?.({ from: incoming.from, code });
  }
}

function pathOf(incoming: Message1, channel: ByteChannel, { send, receive }: Established): EstablishedPath {
  const { kind, address, hops } = incoming;
  return { kind, channel, send, receive, dialled: false, address, hops };
}
