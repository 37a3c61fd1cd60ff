import { givenName } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import { HandshakeResponder, type PinnedKey } from '#shared/handshake/index.ts';
import { shortPeerId, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import { createSession, type IncomingStream, type LinkLimits } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { encodeDeposit, invite, PairingError, type Candidate } from '#shared/pairing/index.ts';
import { GUEST_LEFT, isGuestClaim, isGuestRequest, type GuestAccess } from '#shared/share-link/index.ts';
import { PTY_RESET_PROTOCOL, ViewerMessageParser } from '#shared/terminal/index.ts';
import { ChannelMailbox } from '../pairing/index.ts';
import type { IncomingConnection } from '../relay/index.ts';
import { Guest, type GuestStream } from './guest.ts';
import { SHARE_LINK_LIMITS } from './limits.ts';
import type { Share } from './share.ts';
import type { ShareLinks } from './share-links.ts';

/** A guest's session has one path and few streams, of which one is let through; this device opens none. */
const GUEST_SESSION_LIMITS: Partial<LinkLimits> = { pathLossGrace: 0, maxIncomingStreams: 16, maxOutgoingStreams: 16 };

export type GuestArrivalsOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  shares: ShareLinks;
  ownName(): string;
  /** Ed25519 key of the relay in use. */
  relayKey(): Uint8Array | undefined;
  isPaused(): boolean;
  changed(): void;
}>;

/**
 * Answers the calls of guests (PROTOCOL section 6.4). A call with a claim begins a pairing by the secret of the link, under the key of the guest's page; the
 * guest then waits until a person lets it in. A call with a handshake is of a guest that was let in: it gets a session with one stream, to the terminal
 * of its link, and nothing else.
 */
export class GuestArrivals {
  readonly #options: GuestArrivalsOptions;
  readonly #responder: HandshakeResponder;

  constructor(options: GuestArrivalsOptions) {
    const { crypto, identity, clock } = options;
    this.#options = options;
    this.#responder = new HandshakeResponder({ crypto, identity, clock, lookup: (peerId) => this.#pinOf(peerId) });
  }

  /** Answers a call. */
  take(incoming: IncomingConnection): void {
    const share = this.#options.isPaused() ? undefined : this.#options.shares.byShareId(incoming.share);
    if (share === undefined) {
      incoming.refuse('refused');
      return;
    }
    if (isGuestClaim(incoming.message1)) {
      void this.#pair(share, incoming);
      return;
    }
    this.#connect(share, incoming).catch((error: unknown) => {
      this.#options.logger.info('a guest was refused', { errorCode: errorCode(error) });
      incoming.refuse('refused');
    });
  }

  async #pair(share: Share, incoming: IncomingConnection): Promise<void> {
    const { crypto, identity, clock, logger, shares } = this.#options;
    const { facts } = share;
    const relayKey = this.#options.relayKey();
    if (relayKey === undefined || (facts.once && share.isUsed)) {
      incoming.refuse('refused');
      return;
    }
    if (share.pairings.size >= SHARE_LINK_LIMITS.pairings || share.waiting >= SHARE_LINK_LIMITS.waiting) {
      incoming.refuse('busy');
      return;
    }
    const abort = new AbortController();
    share.pairings.add(abort);
    const ownSid = crypto.randomBytes(16);
    const mailbox = new ChannelMailbox(incoming.accept(encodeDeposit(ownSid)));
    // A caller that doesn't go on takes no place for long.
    const patience = clock.setTimer(SHARE_LINK_LIMITS.hello, () => abort.abort());
    let guest: Guest | undefined;
    try {
      await invite({
        crypto,
        identity,
        clock,
        name: this.#options.ownName(),
        relayKey,
        mailbox,
        signal: abort.signal,
        onProgress: () => patience.cancel(),
        method: {
          kind: 'guest',
          ownSid,
          secret: facts.secret,
          agree: async (candidate) => {
            const arrived = this.#arrived(share, candidate);
            guest = arrived;
            // A guest that goes away while it waits takes its card with it.
            void mailbox.over.then(() => {
              if (!arrived.isLetIn) shares.leave(share, arrived, null);
            });
            await this.#answerFor(share, arrived);
          },
        },
        grants: [],
        enrol: async () => undefined,
        store: () => {
          const stored = guest;
          return () => stored !== undefined && shares.leave(share, stored, null);
        },
        stored: () => undefined,
      });
      if (guest !== undefined) shares.expectReturn(share, guest);
    } catch (error) {
      logger.info('a guest did not come in', { errorCode: errorCode(error) });
      if (guest !== undefined) shares.fail(share, guest);
    } finally {
      patience.cancel();
      share.pairings.delete(abort);
    }
  }

  /** Adds the guest that has proved to know the secret. @throws {PairingError} `pairing.cancelled`, `pairing.refused` */
  #arrived(share: Share, { peer, name, words }: Candidate): Guest {
    const { crypto, clock } = this.#options;
    if (share.isOver) throw new PairingError('pairing.cancelled', 'the link has ended');
    if (share.waiting >= SHARE_LINK_LIMITS.waiting || share.guests.has(peer.peerId))
      throw new PairingError('pairing.refused', 'too many guests wait');
    const guest = new Guest({
      id: toHex(crypto.randomBytes(4)),
      certificate: peer,
      // Removes what is invisible or misleading.
      name: givenName.parse(name ?? shortPeerId(peer.peerId)),
      words,
      since: clock.now(),
    });
    this.#options.shares.arrived(share, guest);
    return guest;
  }

  /** Waits for the person here, unless the link lets viewers in by itself. @throws {PairingError} `pairing.refused` */
  async #answerFor(share: Share, guest: Guest): Promise<void> {
    if (!share.facts.letIn) {
      await guest.wait();
      return;
    }
    try {
      this.#options.shares.admit(share, guest);
    } catch (error) {
      throw new PairingError('pairing.refused', 'no more guests may come in', { cause: error });
    }
  }

  async #connect(share: Share, incoming: IncomingConnection): Promise<void> {
    const { clock, logger } = this.#options;
    const guest = share.guests.get(incoming.from);
    if (guest?.isLetIn !== true) {
      incoming.refuse('refused');
      return;
    }
    const handshake = await this.#responder.receive(incoming.message1, 'guest');
    if (handshake.peer.peerId !== guest.peerId || handshake.purpose !== 'session') {
      incoming.refuse('refused');
      return;
    }
    const { message2, established } = await handshake.respond();
    if (incoming.cancelled.aborted || share.isOver || share.guests.get(guest.peerId) !== guest) {
      incoming.refuse('refused');
      return;
    }
    const channel = incoming.accept(message2);
    const session = createSession({
      role: 'responder',
      id: toHex(established.sessionId),
      clock,
      logger,
      limits: GUEST_SESSION_LIMITS,
    });
    const close = (code: string, reason: string): void => void session.close(code, reason);
    const patience = clock.setTimer(SHARE_LINK_LIMITS.stream, () => close('share.idle', 'no stream was opened'));
    session.confirmed.catch(() => undefined);
    session.onStream = (stream) => {
      // A stream comes in an authenticated record, so the handshake was no replay.
      if (share.isOver || share.guests.get(guest.peerId) !== guest) stream.refuse('share.ended', 'the visit has ended');
      else if (stream.kind !== 'pty' || !isGuestRequest(stream.params))
        stream.refuse('share.only', 'a guest may use one terminal and nothing else');
      else if (session === guest.session) stream.refuse('share.only', 'the terminal is open already');
      else {
        patience.cancel();
        const before = guest.session;
        this.#options.shares.returned(guest, session);
        void before?.close('share.replaced', 'this page has connected again');
        void this.#serve(share, guest, stream);
      }
    };
    void session.closed.then(({ code, remote }) => {
      patience.cancel();
      if (guest.session !== session) return;
      if (remote && code === GUEST_LEFT) {
        this.#options.shares.leave(share, guest, null);
        return;
      }
      guest.session = undefined;
      guest.stream = undefined;
      this.#options.shares.expectReturn(share, guest);
      this.#options.changed();
    });
    session.attachPath({
      kind: 'relay',
      channel,
      send: established.send,
      receive: established.receive,
      dialed: false,
      settled: (used) => {
        if (!used) close('share.unconfirmed', 'the guest did not go on');
      },
    });
  }

  async #serve(share: Share, guest: Guest, incoming: IncomingStream): Promise<void> {
    const { clock } = this.#options;
    const { access, role, expiresAt } = share.facts;
    const { audience } = access;
    if (!audience.hasRoomForGuest(guest.peerId)) {
      incoming.refuse('terminal.too-many-viewers', 'too many viewers');
      this.#options.shares.leave(share, guest, null);
      return;
    }
    const answer: GuestAccess = { role, until: expiresAt };
    const viewer = audience.admitGuest(incoming.accept(answer), { peerId: guest.peerId, name: guest.name });
    const stream: GuestStream = { end: (end) => audience.cut(guest.peerId, end) };
    guest.stream = stream;
    this.#options.changed();
    const parser = new ViewerMessageParser();
    const isIn = (): boolean => guest.stream === stream;
    let reportedAt = Number.NEGATIVE_INFINITY;
    try {
      for (let bytes = await viewer.stream.read(); bytes !== null && isIn(); bytes = await viewer.stream.read()) {
        for (const message of parser.push(bytes)) {
          // The guest's own size is ignored.
          if (message.type === 'resize') continue;
          if (message.type !== 'input' || role !== 'type') {
            this.#options.shares.leave(share, guest, 'terminal.view-only');
            return;
          }
          // Revoked or expired meanwhile: what was typed before that counts no more. A machine that slept may be typed into before its timer ends the link.
          if (this.#options.shares.byShareId(share.facts.shareId) === undefined || !isIn()) return;
          this.#options.shares.typed(share, guest);
          if (clock.monotonic() - reportedAt >= SHARE_LINK_LIMITS.typingPace) {
            reportedAt = clock.monotonic();
            this.#options.changed();
          }
          await access.write(message.bytes);
        }
      }
    } catch (error) {
      const code = errorCode(error);
      if (code.startsWith('format.')) viewer.stream.reset(PTY_RESET_PROTOCOL);
      // With its session lost, the guest may come back.
      else if (code !== 'link.reset') return;
    }
    // It has ended its stream, and gets no other in this session.
    if (isIn()) this.#options.shares.leave(share, guest, null);
  }

  /** Returns the key of a guest that was let in. */
  #pinOf(peerId: PeerId): PinnedKey | undefined {
    return this.#options.shares.guestWith(peerId)?.certificate;
  }
}
