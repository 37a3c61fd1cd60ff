import type { ShareLinkView } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkSession } from '#shared/link/index.ts';
import {
  createShareLink,
  deriveShareId,
  SHARE_SECRET_BYTES,
  VISIT_ENDED,
  type GuestRole,
} from '#shared/share-link/index.ts';
import type { GuestReport } from '#shared/terminal/index.ts';
import { PairingError } from '#shared/pairing/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import { AUDIENCE_LIMITS } from '../terminals/client/index.ts';
import type { SharedTerminalAccess } from '../terminals/index.ts';
import { ShareError } from './errors.ts';
import type { Guest } from './guest.ts';
import { SHARE_LINK_LIMITS } from './limits.ts';
import { Share, type ShareFacts } from './share.ts';

/** Relay as share links use it. */
export type ShareRelay = Readonly<{
  /** URL by which browsers reach it. @throws {ShareError} `share.no-relay`, `share.insecure`, `share.own-certificate`, `share.no-page` */
  pageUrl(signal: AbortSignal): Promise<string>;
  /** @throws {RelayClientError} */
  openShare(share: string): Promise<void>;
  closeShare(share: string): void;
}>;

export type ShareLinksOptions = Readonly<{
  crypto: CryptoBackend;
  clock: Clock;
  audit: Pick<AuditLog, 'record'>;
  relay: ShareRelay;
  ownId: PeerId;
  /** Returns the name of a device, this one included. */
  nameOf(peerId: PeerId): string;
  /** Finds a terminal that may be shared. @param peerId device that runs it; null for this one */
  find(peerId: PeerId | null, terminal: string): SharedTerminalAccess | undefined;
  /** Tells the device that runs the terminal of a link what happens to the link. @param peerId null for this device */
  report(peerId: PeerId | null, terminal: string, report: GuestReport): void;
  changed(): void;
}>;

/** Terminal, role and life of a new link. */
export type NewShare = Readonly<{
  peerId: PeerId | null;
  terminal: string;
  role: GuestRole;
  seconds: number;
  once: boolean;
  letIn: boolean;
}>;

/** Reason why a link or a guest's visit ends, as the guest gets it. */
export type ShareEnd =
  | 'share.ended'
  | 'share.expired'
  | 'share.removed'
  | 'share.relay-changed'
  | 'terminal.ended'
  | 'terminal.view-only';

/**
 * Share links of this device (ADR 52): each leads to one terminal, in one role, until its time, the person here or the terminal ends it. Guests are no
 * peers. In memory only. Writes the audit log.
 */
export class ShareLinks {
  readonly #options: ShareLinksOptions;
  readonly #shares = new Map<string, Share>();

  constructor(options: ShareLinksOptions) {
    this.#options = options;
  }

  list(): ShareLinkView[] {
    return [...this.#shares.values()].map((share) => share.view());
  }

  /** Returns the live share with this ID at the relay. */
  byShareId(shareId: string | undefined): Share | undefined {
    const share = [...this.#shares.values()].find(({ facts }) => facts.shareId === shareId);
    if (share === undefined) return undefined;
    // A machine that slept wakes up with the guest, not with the timer.
    if (share.facts.expiresAt <= this.#options.clock.now()) {
      this.#end(share, 'share.expired');
      return undefined;
    }
    return share;
  }

  /** Returns the guest with this key that was let in by a live link. */
  guestWith(peerId: PeerId): Guest | undefined {
    for (const share of this.#shares.values()) {
      const guest = share.guests.get(peerId);
      if (guest?.isLetIn === true) return guest;
    }
    return undefined;
  }

  /**
   * Opens a link.
   * @throws {ShareError} `share.unknown`, `share.not-open`, `share.limit`, `share.no-relay`, `share.insecure`, `share.own-certificate`, `share.no-page`
   * @throws {RelayClientError} `relay.not-configured`, `relay.not-connected`, `relay.no-shares`, `relay.limit`, `relay.rate`
   */
  async create(wanted: NewShare, signal: AbortSignal): Promise<ShareLinkView> {
    const { crypto, clock, relay, audit } = this.#options;
    const { peerId, terminal, role, seconds, once } = wanted;
    this.#requireRoom();
    this.#require(peerId, terminal);
    const page = await relay.pageUrl(signal);
    const secret = crypto.randomBytes(SHARE_SECRET_BYTES);
    const shareId = deriveShareId(crypto, secret);
    let access: SharedTerminalAccess;
    try {
      await relay.openShare(shareId);
      // Meanwhile the caller may have left, other links been opened, and the terminal ended.
      signal.throwIfAborted();
      this.#requireRoom();
      access = this.#require(peerId, terminal);
    } catch (error) {
      relay.closeShare(shareId);
      throw error;
    }
    const createdAt = clock.now();
    const expiresAt = createdAt + seconds * 1000;
    const id = toHex(crypto.randomBytes(4));
    const share = new Share({
      id,
      number: this.#nextNumber(peerId, terminal),
      shareId,
      secret,
      url: createShareLink(page, secret, role),
      peerId,
      terminal,
      access,
      role,
      createdAt,
      expiresAt,
      once,
      // Typing always needs a person's answer: scanners and previews of links run pages, too.
      letIn: wanted.letIn && role === 'view',
    });
    this.#shares.set(id, share);
    share.timer = clock.setTimer(seconds * 1000, () => this.#end(share, 'share.expired'));
    void access.audience.over.then(() => this.#end(share, 'terminal.ended'));
    audit.record('share.opened', { ...this.#facts(share), until: expiresAt, once, letIn: share.facts.letIn });
    this.#report(share, { event: 'opened', until: expiresAt });
    this.#options.changed();
    return share.view();
  }

  /** Ends a link. @throws {ShareError} `share.unknown` */
  end(id: string): void {
    const share = this.#shares.get(id);
    if (share === undefined) throw new ShareError('share.unknown', 'no such link');
    this.#end(share, 'share.ended');
  }

  /** Ends all links, since the relay of their addresses is no longer in use, or the agent ends. */
  endAll(code: ShareEnd): void {
    for (const share of this.#shares.values()) this.#end(share, code);
  }

  /** Ends the links to terminals of a peer that was removed. */
  endFor(peerId: PeerId): void {
    for (const share of this.#shares.values()) if (share.facts.peerId === peerId) this.#end(share, 'share.ended');
  }

  /** Lets a waiting guest in, or declines it. @throws {ShareError} `share.unknown`, `share.full`, `share.used` */
  answer(guestId: string, letIn: boolean): void {
    const { share, guest } = this.#guest(guestId);
    if (guest.isLetIn) throw new ShareError('share.unknown', 'this guest was answered before');
    if (letIn) this.admit(share, guest);
    else this.#decline(share, guest);
  }

  /** Sends a guest away: one that waits, or one that was let in. @throws {ShareError} `share.unknown` */
  remove(guestId: string): void {
    const { share, guest } = this.#guest(guestId);
    if (guest.isLetIn) this.leave(share, guest, 'share.removed');
    else this.#decline(share, guest);
  }

  /** Lets a guest in. @throws {ShareError} `share.full`, `share.used` */
  admit(share: Share, guest: Guest): void {
    if (this.#guestsOf(share.facts) >= AUDIENCE_LIMITS.guests)
      throw new ShareError('share.full', 'this terminal has as many guests as it may');
    if (share.facts.once && share.isUsed) throw new ShareError('share.used', 'this link lets one guest in');
    share.isUsed = true;
    guest.letIn();
    const automatic = share.facts.letIn;
    this.#options.audit.record('guest.let-in', { ...this.#facts(share), guest: guest.name, automatic });
    this.#report(share, { event: 'let-in', ...(automatic && { automatic }) }, guest);
    if (share.facts.once) for (const other of share.guests.values()) if (!other.isLetIn) this.#decline(share, other);
    this.#options.changed();
  }

  /** Returns the number of the next link to a terminal: one more than the highest, so that a link that ends renames no other. */
  #nextNumber(peerId: PeerId | null, terminal: string): number {
    const numbers = [...this.#shares.values()]
      .filter(({ facts }) => facts.peerId === peerId && facts.terminal === terminal)
      .map(({ facts }) => facts.number);
    return Math.max(0, ...numbers) + 1;
  }

  /** Returns the number of guests that were let in to a terminal, by all its links. */
  #guestsOf({ peerId, terminal }: ShareFacts): number {
    return [...this.#shares.values()]
      .filter(({ facts }) => facts.peerId === peerId && facts.terminal === terminal)
      .reduce((sum, { letIn }) => sum + letIn, 0);
  }

  /** Adds a guest that has proved to know the secret, and waits. */
  arrived(share: Share, guest: Guest): void {
    share.guests.set(guest.peerId, guest);
    this.#options.audit.record('guest.asked', { ...this.#facts(share), guest: guest.name });
    this.#report(share, { event: 'asked' }, guest);
    this.#options.changed();
  }

  /** Notes that a guest types. */
  typed(share: Share, guest: Guest): void {
    const isFirst = guest.typedAt === null;
    guest.typedAt = this.#options.clock.now();
    if (!isFirst) return;
    this.#options.audit.record('guest.typed', { ...this.#facts(share), guest: guest.name });
    this.#report(share, { event: 'typed' }, guest);
  }

  /** Forgets a guest, and ends its stream and session. */
  leave(share: Share, guest: Guest, code: ShareEnd | null): void {
    if (share.guests.get(guest.peerId) !== guest) return;
    share.guests.delete(guest.peerId);
    this.#dismiss(guest, code);
    if (guest.isLetIn)
      this.#options.audit.record('guest.left', { ...this.#facts(share), guest: guest.name, code: code ?? '' });
    this.#report(share, { event: 'left', ...(code !== null && { code }) }, guest);
    this.#options.changed();
  }

  /** Forgets a guest whose pairing failed. A link for one guest may let in another, unless this one has seen the terminal. */
  fail(share: Share, guest: Guest): void {
    if (guest.isLetIn && !guest.hasCome) share.isUsed = false;
    this.leave(share, guest, null);
  }

  /** Notes that a guest that was let in has connected. */
  returned(guest: Guest, session: LinkSession): void {
    guest.awayTimer?.cancel();
    guest.awayTimer = undefined;
    guest.session = session;
    guest.hasCome = true;
  }

  /** Gives up the place of a guest that stays away. Does nothing for one that has connected already. */
  expectReturn(share: Share, guest: Guest): void {
    guest.awayTimer?.cancel();
    guest.awayTimer = undefined;
    if (guest.session !== undefined || share.guests.get(guest.peerId) !== guest) return;
    guest.awayTimer = this.#options.clock.setTimer(SHARE_LINK_LIMITS.away, () => this.leave(share, guest, null));
  }

  #decline(share: Share, guest: Guest): void {
    share.guests.delete(guest.peerId);
    guest.decline(new PairingError('pairing.refused', 'the person at the other device said no'));
    this.#options.audit.record('guest.declined', { ...this.#facts(share), guest: guest.name });
    this.#report(share, { event: 'declined' }, guest);
    this.#options.changed();
  }

  #end(share: Share, code: ShareEnd): void {
    if (share.isOver) return;
    share.isOver = true;
    share.timer?.cancel();
    this.#shares.delete(share.facts.id);
    this.#options.relay.closeShare(share.facts.shareId);
    for (const guest of share.guests.values()) this.#dismiss(guest, code);
    for (const { isLetIn, name } of share.guests.values())
      if (isLetIn) this.#options.audit.record('guest.left', { ...this.#facts(share), guest: name, code });
    share.guests.clear();
    for (const pairing of share.pairings) pairing.abort();
    this.#options.audit.record('share.ended', { ...this.#facts(share), code });
    this.#report(share, { event: 'ended', code });
    this.#options.changed();
  }

  /** Ends a guest's stream, with the reason, and then its session. */
  #dismiss(guest: Guest, code: ShareEnd | null): void {
    guest.decline(new PairingError('pairing.cancelled', 'the link has ended'));
    const { session, stream, awayTimer } = guest;
    awayTimer?.cancel();
    guest.stream = undefined;
    guest.session = undefined;
    // With the terminal, its own end reaches the guest after the last output.
    if (code !== 'terminal.ended') stream?.end({ exitCode: null, signal: null, code });
    if (session === undefined) return;
    const close = (): void => void session.close(VISIT_ENDED, 'the visit has ended');
    this.#options.clock.setTimer(SHARE_LINK_LIMITS.linger, close);
  }

  #guest(id: string): Readonly<{ share: Share; guest: Guest }> {
    for (const share of this.#shares.values()) {
      const guest = share.find(id);
      if (guest !== undefined) return { share, guest };
    }
    throw new ShareError('share.unknown', 'no such guest');
  }

  #requireRoom(): void {
    if (this.#shares.size >= SHARE_LINK_LIMITS.links) throw new ShareError('share.limit', 'too many links are open');
  }

  #require(peerId: PeerId | null, terminal: string): SharedTerminalAccess {
    const access = this.#options.find(peerId, terminal);
    if (access !== undefined) return access;
    if (peerId === null) throw new ShareError('share.unknown', 'no such terminal runs here');
    throw new ShareError('share.not-open', 'this device has that terminal in no tab');
  }

  #report(share: Share, about: Pick<GuestReport, 'event' | 'automatic' | 'until' | 'code'>, guest?: Guest): void {
    const { id: link, peerId, terminal, role } = share.facts;
    const named = guest === undefined ? {} : { guest: { id: guest.id, name: guest.name } };
    this.#options.report(peerId, terminal, { link, role, ...about, ...named });
  }

  #facts({ facts }: Share): Readonly<{ peer: PeerId; name: string; terminal: string; role: GuestRole }> {
    const { peerId, terminal, role } = facts;
    const peer = peerId ?? this.#options.ownId;
    return { peer, name: this.#options.nameOf(peer), terminal, role };
  }
}
