import type {
  MessageFile,
  MessageMedia,
  MessageState,
  Receipt,
  Resume,
  UnsignedMessage,
} from '#shared/messages/index.ts';
import {
  addressText,
  isFinal,
  isTooLarge,
  isUnconfirmed,
  MOST_PAIRS,
  signMessage,
  wireMedia,
  type AgentAddress,
  type AgentMessage,
} from '#shared/messages/index.ts';
import { toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { JournalFile, RecordPlace } from '#shared/storage.ts';
import { KEPT_SETTLED } from '../box-entry.ts';
import { BoxRoom } from '../box-room.ts';
import { MessageError } from '../errors.ts';
import { Journal, type Kept } from '../journal.ts';
import { FreshMessages } from './fresh-messages.ts';
import { outboxEntry, type OutboxEntry } from './outbox-entry.ts';
import { OutboxPair, type PairState } from './outbox-pair.ts';

/** Message to send. `from`: agent of this device. */
export type NewMessage = Readonly<{
  from: string;
  to: AgentAddress;
  body: string;
  media: MessageMedia;
  /** Files that come with it, by a transfer that was queued before. */
  files?: readonly MessageFile[] | undefined;
  thread?: string | undefined;
  replyTo?: string | undefined;
  /** Time after which it expires, ms from now. */
  life: number;
  auto: boolean;
  hops: number;
  /** Key under which the caller may repeat the call without sending the message twice. */
  idempotencyKey?: string | undefined;
  /** True for a message to a foreign instance, which the relay can read. */
  isForeign?: boolean | undefined;
}>;

/** Records of the journal. */
type OutboxRecord =
  | Readonly<{ k: 'put'; message: AgentMessage; key?: string | undefined; foreign?: true | undefined }>
  /** `answered`: run in which the recipient has answered for the message's number. */
  | Readonly<{
      k: 'state';
      id: string;
      state: MessageState;
      at: number;
      code?: string | undefined;
      retryAt?: number | undefined;
      answered?: string;
    }>
  | Readonly<{ k: 'withdraw'; id: string; state: 'cancelled' | 'expired' }>
  /** The message is sent to a foreign instance. */
  | Readonly<{ k: 'sent'; id: string }>
  | Readonly<{ k: 'forget'; ids: readonly string[] }>
  | Readonly<{ k: 'pair'; from: string; to: string; epoch: string; next: number; confirmed: number }>;

/** IDs of messages whose state a recipient has to say. */
export type Resumed = Readonly<{ ask: readonly string[] }>;

export type OutboxOptions = Readonly<{
  file: JournalFile;
  clock: Clock;
  crypto: CryptoBackend;
  identity: Pick<DeviceIdentity, 'sign' | 'peerId'>;
  /** Called when a message has been queued, or its state has changed. */
  onChange(entry: OutboxEntry): void;
  /** Called when a message was removed. */
  onRemove(entry: OutboxEntry): void;
}>;

/**
 * Messages that agents of this device send, on the disk before the sender hears of it. Gives each its number within its pair of agents, and keeps it
 * until the recipient has answered for it. Delivers nothing itself: `PeerDelivery` takes what is next for a peer. One per agent.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #journal: Journal<OutboxRecord>;
  readonly #entries = new Map<string, OutboxEntry>();
  readonly #pairs = new Map<string, OutboxPair>();
  /** Messages by their sender and idempotency key, and those that come to the disk. */
  readonly #byKey = new Map<string, OutboxEntry>();
  readonly #comingByKey = new Map<string, Promise<OutboxEntry>>();
  /** Messages for which the recipient hasn't answered are open. */
  readonly #room = new BoxRoom();
  readonly #fresh = new FreshMessages();
  #isLoaded = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#journal = new Journal(options.file, () => this.#kept());
  }

  /** Reads the journal. Called once, before the other methods. @throws {StoreError} `store.unreadable` */
  async load(): Promise<void> {
    await this.#journal.load((record, place) => this.#apply(record, place));
    for (const entry of this.#entries.values()) {
      entry.maySent = true;
      if (isUnconfirmed(entry.state) && entry.epoch !== entry.pair.epoch) entry.pair.isBroken = true;
    }
    this.#isLoaded = true;
    await this.#forgetOld();
  }

  /** Returns all messages, oldest first. */
  list(): readonly OutboxEntry[] {
    return [...this.#entries.values()];
  }

  get(id: string): OutboxEntry | undefined {
    return this.#entries.get(id);
  }

  /** Returns the devices that have not answered for all messages. */
  get recipients(): ReadonlySet<PeerId> {
    const open = [...this.#pairs.values()].filter((pair) => pair.hasPending);
    return new Set(open.map(({ to }) => to.device));
  }

  /** Returns the pairs with messages for which a peer has to answer yet, in the order of their first use. */
  pairsOf(peerId: PeerId): readonly OutboxPair[] {
    return [...this.#pairs.values()].filter((pair) => pair.to.device === peerId && pair.hasPending);
  }

  /** Reports whether the device has messages that aren't settled: their state may have changed there. */
  isOpenAt(peerId: PeerId): boolean {
    return this.list().some(({ to, state }) => to.device === peerId && !isFinal(state) && !isUnconfirmed(state));
  }

  /** Reports whether a person at the device is asked about a message. */
  isAskedAt(peerId: PeerId): boolean {
    return this.pairsOf(peerId).some((pair) => pair.isAsked);
  }

  /**
   * Writes a message to the disk and returns it; with a known idempotency key, returns the message that has it.
   * @throws {MessageError} `message.too-large`, `format.message`, `message.full`, `message.pairs`; {StoreError} `store.write`
   */
  async queue(message: NewMessage): Promise<OutboxEntry> {
    if (message.idempotencyKey === undefined) return await this.#queue(message);
    const key = keyOf(message.from, message.idempotencyKey);
    const known = this.#byKey.get(key) ?? this.#comingByKey.get(key);
    if (known !== undefined) return await known;
    const coming = this.#queue(message).finally(() => this.#comingByKey.delete(key));
    this.#comingByKey.set(key, coming);
    return await coming;
  }

  async #queue(message: NewMessage): Promise<OutboxEntry> {
    const { clock, crypto, identity } = this.#options;
    // The last check before the disk, for all that send: no recipient would take it, and those behind it would wait.
    if (isTooLarge(message.body))
      throw new MessageError('message.too-large', 'the body has more than 256 KiB of UTF-8');
    if (!message.body.isWellFormed()) throw new MessageError('format.message', 'the body is no well-formed text');
    // Escapes may make the record longer than the body; the box counts what it takes up on the disk.
    const estimate = toUtf8(message.body).length;
    if (!this.#room.hasFor(estimate)) throw new MessageError('message.full', 'too many messages wait to be delivered');
    const { files = [] } = message;
    const from = { device: identity.peerId, agent: message.from };
    const pair = this.#pairFor(from, message.to);
    const id = toHex(crypto.randomBytes(16));
    const now = clock.now();
    const arrived = this.#room.reserve(estimate);
    try {
      // A pair signs one after the other, so that numbers come to the disk in their order. The disk takes many at once.
      const written = await pair.inTurn(async () => {
        if (pair.isBroken) await this.#renew(pair);
        const seq = pair.reserve();
        const unsigned: UnsignedMessage = {
          id,
          from: pair.fromText,
          to: pair.toText,
          epoch: pair.epoch,
          seq,
          time: now,
          expires: now + message.life,
          thread: message.thread ?? id,
          ...(message.replyTo === undefined ? {} : { reply_to: message.replyTo }),
          media: wireMedia(message.media, files.length > 0),
          ...(files.length > 0 ? { files: [...files] } : {}),
          body: message.body,
          auto: message.auto,
          hops: message.hops,
        };
        const signed = await signMessage(identity, unsigned);
        const put: OutboxRecord = {
          k: 'put',
          message: signed,
          key: message.idempotencyKey,
          ...(message.isForeign === true ? { foreign: true } : {}),
        };
        this.#fresh.keep(signed);
        const first: OutboxRecord[] = pair.isWritten ? [] : [recordOf(pair)];
        pair.isWritten = true;
        const done = this.#append([...first, put]).catch((error: unknown) => {
          // Later messages may be on the disk, and this number is missing now.
          pair.isBroken = true;
          this.#fresh.drop(id);
          throw error;
        });
        pair.written = done.catch(() => undefined);
        return { done };
      });
      await written.done;
    } finally {
      arrived();
    }
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new TypeError('a message that was written is missing');
    this.#options.onChange(entry);
    return entry;
  }

  /** Reads a message as it is sent. @throws {StoreError} `store.unreadable` */
  async read(entry: OutboxEntry): Promise<AgentMessage> {
    const fresh = this.#fresh.get(entry.id);
    if (fresh !== undefined) return fresh;
    const record = await this.#journal.read(entry.place);
    if (record.k !== 'put') throw new TypeError('the journal has another record there');
    return record.message;
  }

  /** Notes that a message is on its way. Kept in memory: after a restart every message may have been sent. */
  sent(entry: OutboxEntry): void {
    this.#fresh.drop(entry.id);
    entry.maySent = true;
    entry.sentIn = entry.epoch;
    if (entry.state !== 'queued') return;
    entry.state = 'sent';
    entry.since = this.#options.clock.now();
    this.#options.onChange(entry);
  }

  /** Notes on the disk that a foreign instance may get a message. Called before each try. @throws {StoreError} `store.write` */
  async sending({ id, mayBeThere }: OutboxEntry): Promise<void> {
    if (!mayBeThere) await this.#append([{ k: 'sent', id }]);
  }

  /** Notes that the tries so far haven't reached a foreign instance. After a restart, they may have. */
  notSent(entry: OutboxEntry): void {
    entry.mayBeThere = false;
  }

  /**
   * Takes a message back. One that may have left this device is cancelled once its recipient says that it doesn't have it, and won't take it.
   * @returns the message. Its state is `cancelled`, or the recipient has to answer yet
   * @throws {MessageError} `message.unknown`; `message.delivered` if its recipient has it; {StoreError} `store.write`
   */
  async cancel(id: string): Promise<OutboxEntry> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new MessageError('message.unknown', 'no such message');
    if (entry.state === 'cancelled' || entry.withdrawn === 'cancelled') return entry;
    if (!isUnconfirmed(entry.state))
      throw new MessageError('message.delivered', 'the message was delivered', { details: { state: entry.state } });
    await this.#withdraw(entry, 'cancelled');
    return entry;
  }

  /** Time at which the next message expires, ms since 1970; `Infinity` if none does. */
  get nextExpiry(): number {
    let next = Infinity;
    for (const { state, withdrawn, expires } of this.#entries.values())
      if (isUnconfirmed(state) && withdrawn === undefined && expires < next) next = expires;
    return next;
  }

  /** Withdraws messages whose time is over. @returns those */
  async expire(): Promise<readonly OutboxEntry[]> {
    const now = this.#options.clock.now();
    const over = this.list().filter(
      ({ state, withdrawn, expires }) => isUnconfirmed(state) && withdrawn === undefined && expires <= now,
    );
    for (const entry of over) await this.#withdraw(entry, 'expired');
    await this.#forgetOld();
    return over;
  }

  /**
   * Applies what a recipient says at the beginning of a stream. Begins a new run of numbers for each pair in which the recipient expects another
   * number than this device can send, as after one of them was restored from a backup.
   * @returns IDs of messages whose state the recipient has to say
   */
  async resume(peerId: PeerId, { pairs }: Resume): Promise<Resumed> {
    for (const pair of this.pairsOf(peerId)) {
      await pair.inTurn(async () => {
        const there = pairs.find(({ from, to }) => from === pair.fromText && to === pair.toText);
        const last = there?.epoch === pair.epoch ? there.last : 0;
        if (pair.isBroken || last >= pair.next || last < pair.confirmed) {
          await this.#renew(pair);
          return;
        }
        pair.confirm(last);
      });
    }
    return {
      ask: this.list()
        .filter(({ to, state, seq, pair, withdrawn }) => {
          if (to.device !== peerId || isFinal(state)) return false;
          return !isUnconfirmed(state) || seq <= pair.confirmed || withdrawn !== undefined;
        })
        .map(({ id }) => id),
    };
  }

  /** Notes up to which numbers a recipient has come, as it says after a number was passed. */
  passed(peerId: PeerId, { pairs }: Resume): void {
    for (const pair of this.pairsOf(peerId)) {
      const there = pairs.find(({ from, to }) => from === pair.fromText && to === pair.toText);
      if (there?.epoch === pair.epoch && there.last < pair.next) pair.confirm(there.last);
    }
  }

  /**
   * Settles a message that its recipient can't take: it ends the stream each time. Its number is passed.
   * @throws {StoreError} `store.write`
   */
  async refuse(entry: OutboxEntry, code: string): Promise<void> {
    if (isUnconfirmed(entry.state)) await this.#settle(entry, 'refused', refusalCode(entry, code));
  }

  /** Notes that no one at a device is asked any more, since the stream to it has ended. */
  notAsked(peerId: PeerId): void {
    for (const pair of this.pairsOf(peerId)) if (pair.isAsked) this.#setAsked(pair, undefined);
  }

  /** Applies a recipient's receipt. Ignores receipts of other devices, and states that are older than what is known. */
  async receive(peerId: PeerId, { id, state, code, retry_after: retryAfter }: Receipt): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.to.device !== peerId || isFinal(entry.state)) return;
    if (state === 'waiting') {
      if (isUnconfirmed(entry.state) && !entry.waiting) this.#setAsked(entry.pair, entry);
      return;
    }
    // A recipient that doesn't know a message it once had has lost its box. One that it never had is withdrawn, or sent again.
    if (state === 'unknown') {
      if (isUnconfirmed(entry.state) && entry.withdrawn !== undefined) {
        // What an instance may have wasn't taken back, and hasn't expired unread: no one knows.
        if (entry.mayBeThere) await this.#settle(entry, 'lost', 'message.no-receipt');
        else await this.#settle(entry, entry.withdrawn);
        return;
      }
      if (!isUnconfirmed(entry.state) || entry.seq <= entry.pair.confirmed) await this.#settle(entry, 'lost');
      return;
    }
    // What this device hasn't taken back, such as after it was restored from a backup, has no other end: the recipient won't take it.
    if (state === 'cancelled') {
      if (isUnconfirmed(entry.state)) await this.#settle(entry, entry.withdrawn ?? 'lost');
      return;
    }
    if (RANK[state] > (isUnconfirmed(entry.state) ? -1 : RANK[entry.state as keyof typeof RANK]))
      await this.#settle(entry, state, refusalCode(entry, code), { retryAfter });
  }

  /** Returns the message of an agent with this idempotency key; undefined for none. */
  byKey(from: string, idempotencyKey: string): OutboxEntry | undefined {
    return this.#byKey.get(keyOf(from, idempotencyKey));
  }

  /** Removes all messages for a peer, and what is known of it. @throws {StoreError} `store.write` */
  async forgetPeer(peerId: PeerId): Promise<void> {
    await this.#forget(this.list().filter(({ to }) => to.device === peerId));
    for (const [key, { to }] of this.#pairs) if (to.device === peerId) this.#pairs.delete(key);
  }

  async close(): Promise<void> {
    await this.#journal.close();
  }

  /** Notes about which message of a pair a person is asked; undefined: about none. Those behind it wait as well. */
  #setAsked(pair: OutboxPair, asked: OutboxEntry | undefined): void {
    if (pair.asked !== undefined) pair.asked.waiting = false;
    pair.asked = asked;
    if (asked !== undefined) asked.waiting = true;
    for (const entry of pair.pending) if (isUnconfirmed(entry.state)) this.#options.onChange(entry);
  }

  async #withdraw(entry: OutboxEntry, state: 'cancelled' | 'expired'): Promise<void> {
    // At once, so that it isn't sent while the disk is busy.
    entry.withdrawn = state;
    try {
      if (entry.maySent) await this.#append([{ k: 'withdraw', id: entry.id, state }]);
      else await this.#settle(entry, state);
    } catch (error) {
      entry.withdrawn = undefined;
      throw error;
    }
    this.#options.onChange(entry);
  }

  /** @param answer set if the recipient says so, with the pause that it names, ms */
  async #settle(
    entry: OutboxEntry,
    state: MessageState,
    code?: string,
    answer?: Readonly<{ retryAfter: number | undefined }>,
  ): Promise<void> {
    const at = this.#options.clock.now();
    const answered = answer !== undefined && entry.sentIn !== undefined ? { answered: entry.sentIn } : {};
    const retryAt = answer?.retryAfter === undefined ? undefined : at + answer.retryAfter;
    entry.settling += 1;
    try {
      await this.#append([{ k: 'state', id: entry.id, state, at, code, retryAt, ...answered }]);
    } finally {
      entry.settling -= 1;
    }
    this.#options.onChange(entry);
  }

  /** Numbers the pending messages of a pair again, in a new run. Those that were withdrawn are settled. */
  async #renew(pair: OutboxPair): Promise<void> {
    const { identity, crypto } = this.#options;
    await pair.written;
    // Not only those of the current run: the agent may have been killed while it wrote the last one.
    const pending = this.list().filter((entry) => entry.pair === pair && isUnconfirmed(entry.state));
    const epoch = toHex(crypto.randomBytes(8));
    const records: OutboxRecord[] = [recordOf({ ...pair.names, epoch, next: 1, confirmed: 0 })];
    let seq = 1;
    for (const entry of pending) {
      if (entry.withdrawn !== undefined && !entry.maySent) {
        records.push({ k: 'state', id: entry.id, state: entry.withdrawn, at: this.#options.clock.now() });
        continue;
      }
      const { sig: _, ...unsigned } = await this.read(entry);
      const message = await signMessage(identity, { ...(unsigned as UnsignedMessage), epoch, seq });
      const foreign = entry.isForeign ? ({ foreign: true } as const) : {};
      records.push({ k: 'put', message, key: entry.idempotencyKey, ...foreign });
      seq += 1;
    }
    await this.#append(records);
    pair.isBroken = false;
    for (const entry of pending) this.#options.onChange(entry);
  }

  async #append(records: readonly OutboxRecord[]): Promise<void> {
    await this.#journal.append(records, (places) => {
      for (const [index, record] of records.entries()) {
        const place = places[index];
        if (place !== undefined) this.#apply(record, place);
      }
      this.#journal.setLive(this.#room.bytes);
    });
  }

  /** Applies a record that is on the disk. */
  #apply(record: OutboxRecord, place: RecordPlace): void {
    switch (record.k) {
      case 'put':
        this.#put(record, place);
        return;
      case 'state': {
        const entry = this.#entries.get(record.id);
        if (entry === undefined) return;
        if (isUnconfirmed(entry.state) && !isUnconfirmed(record.state)) this.#closed(entry);
        const { state, code, retryAt, at: since } = record;
        Object.assign(entry, { state, code, retryAt, since, waiting: false });
        entry.withdrawn = undefined;
        // What this device itself has settled still has to be passed by the recipient.
        if (record.answered === entry.epoch) entry.isAnswered = true;
        entry.pair.settle();
        return;
      }
      case 'withdraw': {
        const entry = this.#entries.get(record.id);
        if (entry !== undefined) entry.withdrawn = record.state;
        return;
      }
      case 'sent': {
        const entry = this.#entries.get(record.id);
        if (entry !== undefined) entry.mayBeThere = true;
        return;
      }
      case 'forget':
        for (const id of record.ids) this.#remove(id);
        return;
      case 'pair':
        this.#pairOf(record.from, record.to).begin(record);
    }
  }

  #put({ message, key: idempotencyKey, foreign }: Extract<OutboxRecord, { k: 'put' }>, place: RecordPlace): void {
    const before = this.#entries.get(message.id);
    const pair = this.#pairOf(message.from, message.to);
    // The disk has refused the pair's own record, and the agent was killed before it could write it again.
    if (!pair.isWritten) pair.begin({ epoch: message.epoch, next: 1, confirmed: 0 });
    if (before !== undefined) {
      // It has another number now.
      this.#fresh.drop(message.id);
      const grown = place.length - before.place.length;
      this.#room.grow(grown, isUnconfirmed(before.state));
      Object.assign(before, {
        place,
        seq: message.seq,
        epoch: message.epoch,
        waiting: false,
        isAnswered: false,
      });
      pair.add(before);
      return;
    }
    const entry = outboxEntry(message, { place, pair, idempotencyKey, isForeign: foreign === true });
    this.#entries.set(entry.id, entry);
    if (idempotencyKey !== undefined) this.#byKey.set(keyOf(entry.from, idempotencyKey), entry);
    this.#room.add(place.length);
    pair.add(entry);
  }

  /** Called once when a message no longer waits to be delivered. */
  #closed(entry: OutboxEntry): void {
    this.#fresh.drop(entry.id);
    this.#room.settle(entry.place.length);
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (isUnconfirmed(entry.state)) this.#closed(entry);
    entry.pair.remove(entry);
    this.#room.remove(entry.place.length);
    this.#entries.delete(id);
    if (entry.idempotencyKey !== undefined) this.#byKey.delete(keyOf(entry.from, entry.idempotencyKey));
  }

  /** Forgets delivered messages that are old, or that leave no room. */
  async #forgetOld(): Promise<void> {
    const limit = this.#options.clock.now() - KEPT_SETTLED;
    const pending = new Set([...this.#pairs.values()].flatMap((pair) => pair.pending));
    const settled = this.list().filter((entry) => !isUnconfirmed(entry.state) && !pending.has(entry));
    let { messages: many, bytes: over } = this.#room.excess;
    const forgotten: OutboxEntry[] = [];
    for (const entry of settled) {
      if (entry.since > limit && over <= 0 && many <= 0) continue;
      forgotten.push(entry);
      over -= entry.place.length;
      many -= 1;
    }
    if (forgotten.length > 0) await this.#forget(forgotten);
  }

  async #forget(entries: readonly OutboxEntry[]): Promise<void> {
    await this.#append([{ k: 'forget', ids: entries.map(({ id }) => id) }]);
    for (const entry of entries) this.#options.onRemove(entry);
  }

  #pairFor(from: AgentAddress, to: AgentAddress): OutboxPair {
    const [fromText, toText] = [addressText(from), addressText(to)];
    const known = this.#pairs.get(pairKey(fromText, toText));
    if (known !== undefined) return known;
    if ([...this.#pairs.values()].filter((pair) => pair.to.device === to.device).length >= MOST_PAIRS)
      throw new MessageError('message.pairs', 'too many different agents write to each other');
    return this.#pairOf(fromText, toText);
  }

  #pairOf(fromText: string, toText: string): OutboxPair {
    const key = pairKey(fromText, toText);
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      pair = new OutboxPair(fromText, toText, toHex(this.#options.crypto.randomBytes(8)));
      this.#pairs.set(key, pair);
    }
    return pair;
  }

  /** Returns what a rewritten journal contains. */
  *#kept(): Iterable<Kept<OutboxRecord>> {
    if (!this.#isLoaded) return;
    for (const pair of this.#pairs.values()) if (pair.isWritten) yield { entry: recordOf(pair) };
    for (const entry of this.#entries.values()) {
      yield {
        place: entry.place,
        moved: (place) => {
          entry.place = place;
        },
      };
      if (entry.mayBeThere && isUnconfirmed(entry.state)) yield { entry: { k: 'sent', id: entry.id } };
      if (entry.withdrawn !== undefined) yield { entry: { k: 'withdraw', id: entry.id, state: entry.withdrawn } };
      const { id, state, since: at, code, retryAt } = entry;
      if (state !== 'queued' && state !== 'sent') yield { entry: { k: 'state', id, state, at, code, retryAt } };
    }
  }
}

/** Order of the states that a recipient reports. A later one replaces an earlier one. */
const RANK = { stored: 0, taken: 1, read: 2, refused: 3, expired: 3 } as const;

function recordOf({ fromText, toText, epoch, next, confirmed }: Omit<PairState, 'to'>): OutboxRecord {
  return { k: 'pair', from: fromText, to: toText, epoch, next, confirmed };
}

function keyOf(from: string, key: string): string {
  return `${from}\n${key}`;
}

function pairKey(from: string, to: string): string {
  return `${from} ${to}`;
}

/** Returns the code with which a message is settled: a recipient that can't read one with files is of an earlier version. Pure. */
function refusalCode({ files }: OutboxEntry, code: string | undefined): string | undefined {
  return files.length > 0 && code === 'format.message' ? 'message.files-older' : code;
}
