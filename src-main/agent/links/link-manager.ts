import { toHex } from '#shared/bytes/index.ts';
import type { Timer } from '#shared/clock.ts';
import { HandshakeResponder, startHandshake, type Established } from '#shared/handshake/index.ts';
import type { DeviceCertificate, PeerId } from '#shared/identity/index.ts';
import { createSession, LinkError, type ByteChannel, type LinkSession, type Session } from '#shared/link/index.ts';
import type { IncomingConnection } from '../relay/index.ts';
import { Dials } from './dials.ts';
import { answerError, codeOf } from './errors.ts';
import { LinkTable } from './link-table.ts';
import type { LinkManagerOptions, LinkView } from './types.ts';

/** An answered handshake whose initiator has not proved yet that it is no replay. */
type Unconfirmed = Readonly<{ peerId: PeerId; channel: ByteChannel; timer: Timer }>;

const CONFIRM_TIMEOUT = 10_000;
/** A session ends with its path: nothing here makes another one. */
const LIMITS = { pathLossGrace: 0 } as const;
const MAX_UNCONFIRMED = 32;
const MAX_UNCONFIRMED_PER_PEER = 4;

/** At most one live session per peer, dialled or accepted. It never dials by itself. */
export class LinkManager {
  readonly #options: LinkManagerOptions;
  readonly #responder: HandshakeResponder;
  readonly #table: LinkTable;
  readonly #dials: Dials;
  readonly #unconfirmed = new Set<Unconfirmed>();
  /** Handshakes being looked at, by the peer the relay names. */
  readonly #arriving = new Map<PeerId, number>();
  #closed = false;

  constructor(options: LinkManagerOptions) {
    const { crypto, identity, clock, peers, relay } = options;
    this.#options = options;
    this.#responder = new HandshakeResponder({ crypto, identity, clock, lookup: (peerId) => peers.lookup(peerId) });
    this.#table = new LinkTable({
      clock,
      ownId: identity.peerId,
      onLinked: (peerId) => options.onLinked?.(peerId),
      onUnlinked: (peerId, end) => options.onUnlinked?.(peerId, end),
    });
    this.#dials = new Dials((peerId, signal) => this.#dial(peerId, signal));
    relay.onIncoming = (incoming) => {
      void this.#accept(incoming);
    };
  }

  /**
   * The live session with a peer, or a new one. Callers at the same time share one dial.
   * @throws {LinkError} `link.unknown-peer`, `link.key-changed`, `link.cancelled`, `link.closed`
   * @throws {ClawReachError} `relay.refused.<reason>`, `relay.not-connected`, `relay.no-answer`, `handshake.*`
   */
  async session(peerId: PeerId, signal?: AbortSignal): Promise<Session> {
    if (this.#closed) throw new LinkError('link.closed', 'this device is shutting down');
    return this.#table.get(peerId, true) ?? this.#dials.join(peerId, signal);
  }

  /** The live session with a peer, if there is one. */
  current(peerId: PeerId): Session | undefined {
    return this.#table.get(peerId);
  }

  view(peerId: PeerId): LinkView | undefined {
    const session = this.#table.get(peerId);
    if (session === undefined) return undefined;
    return { path: 'relay', address: this.#options.relay.address, rtt: session.statistics().rtt };
  }

  get linkedPeers(): readonly PeerId[] {
    return this.#table.peerIds;
  }

  /** Ends everything with a peer: it was forgotten, or a person wants it. Resolves when its sessions are closed. */
  async drop(peerId: PeerId, reason: string): Promise<void> {
    const error = new LinkError('link.closed', reason);
    this.#dials.cancel(peerId, error);
    for (const waiting of this.#unconfirmed) if (waiting.peerId === peerId) waiting.channel.destroy(error);
    await Promise.all(this.#table.all(peerId).map((session) => session.close('link.closed', reason)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#options.relay.onIncoming = undefined;
    const peerIds = new Set([
      ...this.#dials.peerIds,
      ...this.#table.peerIds,
      ...[...this.#unconfirmed].map((waiting) => waiting.peerId),
    ]);
    await Promise.all([...peerIds].map((peerId) => this.drop(peerId, 'the device is shutting down')));
  }

  async #dial(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    const { crypto, identity, clock, peers, relay } = this.#options;
    const peer = peers.lookup(peerId);
    if (peer === undefined) throw new LinkError('link.unknown-peer', 'this device is not paired with that peer');
    const now = clock.now() / 1000;
    const sessionId = crypto.randomBytes(16);
    const handshake = await startHandshake({ crypto, identity, peer, sessionId, purpose: 'session', now });
    const { message2, channel } = await relay.connect(peerId, handshake.message1, signal);
    try {
      const established = await handshake.finish(message2);
      // The pin may have gone while the answer was on its way.
      if (signal.aborted || peers.lookup(peerId) === undefined) throw new LinkError('link.cancelled', 'given up');
      this.#learn(established.peer, peer.generation);
      const session = this.#createSession('initiator', peerId, established);
      session.attachPath({
        kind: 'relay',
        channel,
        send: established.send,
        receive: established.receive,
        dialled: true,
      });
      this.#table.add(peerId, session);
      return session;
    } catch (error) {
      channel.destroy();
      throw answerError(error);
    }
  }

  async #accept(incoming: IncomingConnection): Promise<void> {
    const { from } = incoming;
    const arriving = this.#arriving.get(from) ?? 0;
    if (this.#closed || this.#options.peers.lookup(from) === undefined) {
      this.#refuse(incoming, 'refused', 'link.unknown-peer');
      return;
    }
    if (arriving + this.#waitingOf(from) >= MAX_UNCONFIRMED_PER_PEER || this.#unconfirmed.size >= MAX_UNCONFIRMED) {
      this.#refuse(incoming, 'busy', 'link.too-many-handshakes');
      return;
    }
    this.#arriving.set(from, arriving + 1);
    try {
      const handshake = await this.#responder.receive(incoming.message1);
      if (handshake.peer.peerId !== from) throw new LinkError('link.wrong-sender', 'the relay named another sender');
      const { message2, established } = await handshake.respond();
      if (this.#closed || incoming.cancelled.aborted) return;
      this.#await(from, incoming.accept(message2), established);
    } catch (error) {
      this.#refuse(incoming, 'refused', codeOf(error));
    } finally {
      const left = (this.#arriving.get(from) ?? 1) - 1;
      if (left === 0) this.#arriving.delete(from);
      else this.#arriving.set(from, left);
    }
  }

  /** Message 1 may be a replay: nothing happens, and nobody hears of it, before the initiator's first record has opened. */
  #await(peerId: PeerId, channel: ByteChannel, established: Established): void {
    const { clock, peers, logger } = this.#options;
    const session = this.#createSession('responder', peerId, established, () => confirm());
    const waiting: Unconfirmed = {
      peerId,
      channel,
      timer: clock.setTimer(CONFIRM_TIMEOUT, () => {
        channel.destroy(new LinkError('link.unconfirmed', 'the initiator did not go on'));
      }),
    };
    this.#unconfirmed.add(waiting);
    const forget = (): boolean => {
      waiting.timer.cancel();
      return this.#unconfirmed.delete(waiting);
    };
    let accepted = false;
    const confirm = (): boolean => {
      if (!forget()) return accepted;
      const pin = peers.lookup(peerId);
      if (pin === undefined) {
        channel.destroy(new LinkError('link.unknown-peer', 'this device is not paired with that peer'));
        return false;
      }
      accepted = true;
      this.#learn(established.peer, pin.generation);
      this.#table.add(peerId, session);
      // The lower id's session stays; the lower side itself goes on dialling for it.
      if (this.#options.identity.peerId > peerId) this.#dials.answer(peerId, session);
      return true;
    };
    const came = session.confirmed.then(confirm, (error: unknown) => {
      forget();
      logger.debug('an incoming session came to nothing', { errorCode: codeOf(error) });
    });
    came.catch((error: unknown) => {
      logger.error('an incoming session could not be taken in', { errorCode: codeOf(error) });
      channel.destroy(new LinkError('link.closed', 'the session could not be taken in', { cause: error }));
    });
    session.attachPath({
      kind: 'relay',
      channel,
      send: established.send,
      receive: established.receive,
      dialled: false,
    });
  }

  #createSession(
    role: 'initiator' | 'responder',
    peerId: PeerId,
    established: Established,
    beforeStream?: () => boolean,
  ): LinkSession {
    const { clock, logger, onStream } = this.#options;
    const session = createSession({ role, id: toHex(established.sessionId), clock, logger, limits: LIMITS });
    session.onStream = (stream) => {
      // A stream arrives in an authenticated record: the session is confirmed, even if its promise has not told yet.
      if (beforeStream?.() === false) stream.refuse('link.unknown-peer', 'not paired');
      else onStream(stream, peerId);
    };
    return session;
  }

  #learn(certificate: DeviceCertificate, pinnedGeneration: number): void {
    if (certificate.generation <= pinnedGeneration) return;
    try {
      this.#options.onCertificate?.(certificate);
    } catch (error) {
      // A pin that cannot be written now stays as it was, and the certificate comes again with the next session.
      this.#options.logger.warn('a newer certificate could not be pinned', { errorCode: codeOf(error) });
    }
  }

  #waitingOf(peerId: PeerId): number {
    return [...this.#unconfirmed].filter((waiting) => waiting.peerId === peerId).length;
  }

  #refuse(incoming: IncomingConnection, reason: 'refused' | 'busy', code: string): void {
    incoming.refuse(reason);
    this.#options.logger.info('a link was refused', { from: incoming.from, errorCode: code });
    this.#options.onRefused?.({ from: incoming.from, code });
  }
}
