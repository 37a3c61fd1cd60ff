import { toHex } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { SALT_BYTES, type LanTokens } from '#shared/lan/index.ts';
import { announcementPacket, type LanAnnouncement, type LanInterface, type LanSocket } from '#node/discovery/index.ts';
import { DISCOVERY_LIMITS } from './limits.ts';

/** What is to be said. */
export type PresenceFacts = Readonly<{
  port: number;
  name: string | undefined;
  /** Who may recognise this device. */
  peers: readonly PeerId[];
}>;

export type PresenceOptions = Readonly<{
  crypto: CryptoBackend;
  clock: Clock;
  tokens: LanTokens;
  socket: LanSocket;
  interface: LanInterface;
}>;

/** This device as one network sees it: each network gets a salt, tokens and an instance of its own, so that nobody can match them. */
export class LanPresence {
  readonly interface: LanInterface;
  readonly #options: PresenceOptions;
  #announcement: LanAnnouncement | undefined;
  #packet: Uint8Array | undefined;
  #epoch = 0;
  #lastSent = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.interface = options.interface;
  }

  /** Drawn for the span of time it is now. */
  get isCurrent(): boolean {
    return this.#epoch === epochOf(this.#options.clock);
  }

  /** Says something new, and of what it said before that it is over; without facts only that. */
  announce(facts: PresenceFacts | undefined): void {
    this.goodbye();
    if (facts === undefined) return;
    const { crypto, clock, tokens } = this.#options;
    const { port, name, peers } = facts;
    const salt = crypto.randomBytes(SALT_BYTES);
    this.#epoch = epochOf(clock);
    const place = { epoch: this.#epoch, salt, address: this.interface.address, port };
    this.#announcement = {
      instance: toHex(crypto.randomBytes(8)),
      port,
      salt,
      tokens: tokens.announce(peers, place),
      name,
    };
    this.#packet = announcementPacket(this.#announcement, DISCOVERY_LIMITS.lifetime);
    this.#send(this.#packet);
    // Once more, since datagrams get lost (RFC 6762 section 8.3).
    this.#later(DISCOVERY_LIMITS.pause);
  }

  /** Somebody asks. Answers to all, a moment later, at most once a second: nobody can make this device send more, or to somebody else. */
  answer(): void {
    if (this.#packet === undefined || this.#timer !== undefined) return;
    const { answerAfter, answerWithin, pause } = DISCOVERY_LIMITS;
    const { clock, crypto } = this.#options;
    const wait = answerAfter + ((crypto.randomBytes(1)[0] ?? 0) / 255) * (answerWithin - answerAfter);
    this.#later(Math.max(wait, this.#lastSent + pause - clock.monotonic()));
  }

  /** Says that what was announced is over. */
  goodbye(): void {
    const before = this.#announcement;
    this.leave();
    if (before !== undefined) this.#send(announcementPacket(before, 0));
  }

  /** Without a word: the network is not there any more, and the next one must not hear what was said here. */
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

/** Number of the span of time it is. */
export function epochOf(clock: Clock): number {
  return Math.max(0, Math.floor(clock.now() / DISCOVERY_LIMITS.epoch)) % 2 ** 32;
}
