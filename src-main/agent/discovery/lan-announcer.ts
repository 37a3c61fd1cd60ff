import { toHex } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { SALT_BYTES, type LanTokens } from '#shared/lan/index.ts';
import { announcementPacket, type LanAnnouncement, type LanInterface, type LanSocket } from '#node/discovery/index.ts';
import { DISCOVERY_LIMITS } from './limits.ts';

/** Content of an announcement of this device. */
export type AnnouncementFacts = Readonly<{
  port: number;
  name: string | undefined;
  /** System and mark of the device, announced with its name. */
  named: Pick<LanAnnouncement, 'system' | 'mark'>;
  /** Nameplates of this device's open pairing codes. */
  invitations: readonly string[];
  /** Peers that can recognize this device by the announcement. */
  peers: readonly PeerId[];
}>;

/** Dependencies of an announcer. */
export type LanAnnouncerOptions = Readonly<{
  crypto: CryptoBackend;
  clock: Clock;
  tokens: LanTokens;
  socket: LanSocket;
  interface: LanInterface;
}>;

/**
 * Announces this device in one local network by mDNS, over the socket of `DiscoveryService`. Each network gets its own salt, tokens and instance, so
 * that no one can correlate them. Keeps its state in memory only.
 */
export class LanAnnouncer {
  /** Interface of the network. */
  readonly interface: LanInterface;
  readonly #options: LanAnnouncerOptions;
  #announcement: LanAnnouncement | undefined;
  #packet: Uint8Array | undefined;
  #epoch = 0;
  #lastSent = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: LanAnnouncerOptions) {
    this.#options = options;
    this.interface = options.interface;
  }

  /** Reports whether the announcement was made in the current epoch. */
  get isCurrent(): boolean {
    return this.#epoch === epochOf(this.#options.clock);
  }

  /** Announces new facts and withdraws earlier ones. Undefined facts: only withdraws. */
  announce(facts: AnnouncementFacts | undefined): void {
    this.goodbye();
    if (facts === undefined) return;
    const { crypto, clock, tokens } = this.#options;
    const { port, name, named, peers, invitations } = facts;
    const salt = crypto.randomBytes(SALT_BYTES);
    this.#epoch = epochOf(clock);
    const location = { epoch: this.#epoch, salt, address: this.interface.address, port };
    this.#announcement = {
      instance: toHex(crypto.randomBytes(8)),
      port,
      salt,
      tokens: tokens.announce(peers, location),
      name,
      ...(name !== undefined && named),
      ...(invitations.length === 0 ? {} : { invitations }),
    };
    this.#packet = announcementPacket(this.#announcement, DISCOVERY_LIMITS.lifetime);
    this.#send(this.#packet);
    // Sent twice, since datagrams get lost (RFC 6762 section 8.3).
    this.#later(DISCOVERY_LIMITS.pause);
  }

  /** Answers a query: to the whole network, after a random delay, at most once a second. So no one can use this device to flood another one. */
  answer(): void {
    if (this.#packet === undefined || this.#timer !== undefined) return;
    const { answerAfter, answerWithin, pause } = DISCOVERY_LIMITS;
    const { clock, crypto } = this.#options;
    const wait = answerAfter + ((crypto.randomBytes(1)[0] ?? 0) / 255) * (answerWithin - answerAfter);
    this.#later(Math.max(wait, this.#lastSent + pause - clock.monotonic()));
  }

  /** Withdraws the announcement. */
  goodbye(): void {
    const before = this.#announcement;
    this.leave();
    if (before !== undefined) this.#send(announcementPacket(before, 0));
  }

  /** Stops without a packet. Called when the network is gone: the next network must not receive a withdrawal meant for this one. */
  leave(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#announcement = undefined;
    this.#packet = undefined;
  }

  #later(delay: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(delay, () => {
      this.#timer = undefined;
      if (this.#packet !== undefined) this.#send(this.#packet);
    });
  }

  #send(packet: Uint8Array): void {
    const { socket, clock } = this.#options;
    this.#lastSent = clock.monotonic();
    void socket.send(packet, this.interface.address);
  }
}

/** Returns the number of the current epoch, by the wall clock. */
export function epochOf(clock: Clock): number {
  return Math.max(0, Math.floor(clock.now() / DISCOVERY_LIMITS.epoch)) % 2 ** 32;
}
