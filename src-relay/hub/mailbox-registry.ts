import type { Clock } from '#shared/clock.ts';
import { CROCKFORD } from '#shared/bytes/index.ts';
import { NAMES_MAILBOXES, type RelayMessage } from '#shared/relay-api/index.ts';
import { ExpiryQueue, type HubLimits } from '../limits/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { ControlConnection } from './control-connection.ts';

/** Side of a mailbox: its connection, and the number by which that connection names the mailbox (`box`). */
type MailboxSide = Readonly<{ connection: ControlConnection; box: number }>;

/** Mailbox with its two sides: the opener (inviter) and the claimer (joiner). */
export type MailboxState = {
  /** Nameplate of four characters, or the derived ID of a link. */
  readonly key: string;
  readonly isNameplate: boolean;
  /** Message that the opener left for the claimer. */
  readonly deposit: string;
  readonly opener: MailboxSide;
  claimer: MailboxSide | undefined;
  /** Number of messages sent by each side. */
  fromOpener: number;
  fromClaimer: number;
};

/** Clock, limits and randomness of the registry. */
export type MailboxRegistryOptions = Readonly<{
  clock: Clock;
  limits: Pick<HubLimits, 'mailboxes' | 'mailboxesPerDevice' | 'mailboxLife' | 'mailboxMessages'>;
  metrics: Metrics;
  random(length: number): Uint8Array;
}>;

const NAMEPLATE_LENGTH = 4;
/** Limit of remembered used nameplates, a quarter of all: with more, a free one is hard to find and codes are easy to guess. */
const MOST_USED = 256 * 1024;

/**
 * Pairing mailboxes at the relay (PROTOCOL section 2). A mailbox has a nameplate or derived ID, accepts one claim and a few messages each way, and
 * lives for ten minutes. A nameplate isn't reused before its code has expired, so that a code typed late reaches no one else. Touches memory and the
 * clock only.
 */
export class MailboxRegistry {
  readonly #options: MailboxRegistryOptions;
  /** Mailboxes that can still be claimed, by key. */
  readonly #open = new Map<string, MailboxState>();
  readonly #alive: ExpiryQueue<MailboxState>;
  readonly #used: ExpiryQueue<string>;

  constructor(options: MailboxRegistryOptions) {
    this.#options = options;
    this.#alive = new ExpiryQueue(options.limits.mailboxLife);
    this.#used = new ExpiryQueue(options.limits.mailboxLife);
  }

  get size(): number {
    return this.#alive.size;
  }

  /** Lifetime of a mailbox, ms. */
  get life(): number {
    return this.#options.limits.mailboxLife;
  }

  /** Reports whether a connection may have a further mailbox. Before version 5 it has one, since messages don't name theirs. */
  hasRoom({ mailboxes, version }: ControlConnection): boolean {
    return mailboxes.length < (version < NAMES_MAILBOXES ? 1 : this.#options.limits.mailboxesPerDevice);
  }

  /** Reports whether a connection has a mailbox of this number. */
  has(connection: ControlConnection, box: number): boolean {
    return find(connection, box) !== undefined;
  }

  /**
   * Opens a mailbox, for a connection that `hasRoom`.
   * @param deposit message left for the claimer
   * @param id derived ID of a link; undefined to choose a nameplate
   * @returns `full` if there are too many mailboxes, `taken` if the ID is in use or was used
   */
  open(opener: MailboxSide, deposit: string, id?: string): MailboxState | 'full' | 'taken' {
    if (this.#alive.size >= this.#options.limits.mailboxes || this.#used.size >= MOST_USED) return 'full';
    const key = id ?? this.#freeNameplate();
    if (this.#open.has(key) || this.#used.has(key)) return 'taken';
    const mailbox: MailboxState = {
      key,
      isNameplate: id === undefined,
      deposit,
      opener,
      claimer: undefined,
      fromOpener: 0,
      fromClaimer: 0,
    };
    this.#open.set(key, mailbox);
    this.#alive.add(mailbox, this.#options.clock.monotonic());
    add(opener, mailbox);
    this.#options.metrics.mailbox('opened');
    return mailbox;
  }

  /**
   * Returns mailboxes whose keys derive from a device's public peer ID to that device, which has proved its ID: mailboxes of other openers are
   * closed, and used keys become free. The two people of the pairing still decide about it.
   */
  reclaim(owner: ControlConnection, keys: readonly string[]): void {
    for (const key of keys) {
      const mailbox = this.#open.get(key);
      if (mailbox !== undefined && mailbox.opener.connection !== owner) this.#close(mailbox, 'other-side', undefined);
      this.#used.delete(key);
    }
  }

  /** Claims a mailbox, for a connection that `hasRoom`. Returns undefined if there is none, or if it was claimed before. */
  claim(claimer: MailboxSide, key: string): MailboxState | undefined {
    const mailbox = this.#open.get(key);
    if (mailbox === undefined || mailbox.opener.connection === claimer.connection) return undefined;
    this.#open.delete(key);
    this.#markUsed(key);
    mailbox.claimer = claimer;
    add(claimer, mailbox);
    notify(mailbox.opener, { type: 'mailbox-joined' });
    this.#options.metrics.mailbox('claimed');
    return mailbox;
  }

  /**
   * Sends a message to the other side.
   * @param box mailbox of the sender; undefined: the only one
   * @returns false if there is no other side
   */
  send(sender: ControlConnection, body: string, box?: number): boolean {
    const mailbox = find(sender, box);
    if (mailbox?.claimer === undefined) return false;
    const isOpener = mailbox.opener.connection === sender;
    const sent = isOpener ? (mailbox.fromOpener += 1) : (mailbox.fromClaimer += 1);
    if (sent > this.#options.limits.mailboxMessages) {
      this.#close(mailbox, 'limit', undefined);
      return true;
    }
    notify(isOpener ? mailbox.claimer : mailbox.opener, { type: 'mailbox-message', body });
    return true;
  }

  /** Closes a mailbox with which a side has finished. @param box as for `send` */
  leave(side: ControlConnection, box?: number): void {
    const mailbox = find(side, box);
    if (mailbox !== undefined) this.#close(mailbox, 'other-side', side);
  }

  /** Closes the mailboxes of a side that has disconnected. */
  disconnected(side: ControlConnection): void {
    for (const mailbox of side.mailboxes) this.#close(mailbox, 'other-side', side);
  }

  sweep(now: number): void {
    for (const mailbox of this.#alive.takeExpired(now)) this.#close(mailbox, 'expired', undefined);
    this.#used.takeExpired(now);
  }

  /**
   * Closes a mailbox.
   * @param silent side that isn't notified
   */
  #close(
    mailbox: MailboxState,
    reason: 'other-side' | 'expired' | 'limit',
    silent: ControlConnection | undefined,
  ): void {
    this.#alive.delete(mailbox);
    // Another mailbox may have this key by now.
    if (this.#open.get(mailbox.key) === mailbox) {
      this.#open.delete(mailbox.key);
      if (mailbox.isNameplate) this.#markUsed(mailbox.key);
    }
    for (const side of [mailbox.opener, mailbox.claimer]) {
      if (side === undefined) continue;
      const { connection } = side;
      connection.mailboxes = connection.mailboxes.filter((other) => other !== mailbox);
      if (connection !== silent) notify(side, { type: 'mailbox-closed', reason });
    }
    this.#options.metrics.mailbox(reason === 'expired' ? 'expired' : 'closed');
  }

  #markUsed(key: string): void {
    this.#used.add(key, this.#options.clock.monotonic());
  }

  /** Draws a free nameplate. The limits leave most of the 32^4 nameplates free, so a few draws suffice. */
  #freeNameplate(): string {
    for (;;) {
      let text = '';
      for (const byte of this.#options.random(NAMEPLATE_LENGTH)) text += CROCKFORD[byte & 31] ?? '';
      if (!this.#open.has(text) && !this.#used.has(text)) return text;
    }
  }
}

function add({ connection }: MailboxSide, mailbox: MailboxState): void {
  connection.mailboxes = [...connection.mailboxes, mailbox];
}

/** Returns the mailbox of a connection with this number; the first, which is the only one, without a number. */
function find(connection: ControlConnection, box: number | undefined): MailboxState | undefined {
  return connection.mailboxes.find(
    ({ opener, claimer }) => box === undefined || (opener.connection === connection ? opener : claimer)?.box === box,
  );
}

/** Sends a message about a mailbox, which names it to a connection that can have two. */
function notify(
  { connection, box }: MailboxSide,
  message: Extract<RelayMessage, { type: 'mailbox-joined' | 'mailbox-message' | 'mailbox-closed' }>,
): void {
  connection.send(connection.version < NAMES_MAILBOXES ? message : { ...message, box });
}
