import {
  ID_MEMORY,
  isFinal,
  LONGEST_MESSAGE_LIFE,
  MOST_IDS,
  MOST_PAIRS,
  parseAddress,
  type AgentAddress,
  type AgentMessage,
  type Receipt,
  type Resume,
} from '#shared/messages/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { JournalFile, RecordPlace } from '#shared/storage.ts';
import { boxEntry, KEPT_SETTLED, type BoxEntry } from '../box-entry.ts';
import { BoxRoom } from '../box-room.ts';
import { MessageError } from '../errors.ts';
import { Journal, type Kept } from '../journal.ts';
import { SenderShares } from './sender-shares.ts';
import { isOver } from './visibility.ts';

/** Messages and bytes by which a box may grow above its bounds before the oldest settled ones are forgotten. */
const SLACK_MESSAGES = 1000;
const SLACK_BYTES = 16_777_216;

/** States of a message in the inbox. */
export type InboxState = 'stored' | 'taken' | 'read' | 'expired';
/** Reason for which a message isn't given to its program although no person has declined it: none was asked, or none has answered. */
export type Undecided = 'rights.unasked' | 'rights.unanswered';
/** Reason why a message waits for a person: `loop`, agents may be answering each other without end. */
export type HeldBecause = 'loop';

/** Code for a message that the person here has discarded before anyone took it: it has expired, before its time. */
export const DISCARDED = 'message.discarded';

/** Message in the inbox. */
export type InboxEntry = BoxEntry & {
  readonly from: AgentAddress;
  /** Agent of this device. */
  readonly agent: string;
  /** Time at which it came, and at which the state began, ms since 1970 by this device's clock. */
  readonly arrivedAt: number;
  since: number;
  state: InboxState;
  held: HeldBecause | undefined;
  /** True once the agent's program has acknowledged it: it isn't handed out again. */
  isAcknowledged: boolean;
  /** True once the agent's deliverer has given it to its program. */
  isDelivered: boolean;
  /** True once the person has declined to give it to its program, or was asked in vain or not at all. A release ends that. */
  isDeclined: boolean;
  /** True once the person has discarded it: no one takes it any more, and it expires as soon as the disk says so. */
  isDiscarded: boolean;
  /** Code for which no person has decided that; undefined: one has. */
  undecided: Undecided | undefined;
  /**
   * Set for a message of a foreign instance, of which the relay alone says who sent it, with the ID that the instance gave it. This device sets it; no
   * field of a message does.
   */
  readonly foreign: ForeignMark | undefined;
};

/** Mark of a message that the relay has brought. */
export type ForeignMark = Readonly<{ id: string }>;

/** Outcome of a message whose number this device has passed. */
type Outcome = Pick<Receipt, 'state' | 'code' | 'time'>;

type Pair = { epoch: string; last: number; coming: number };

/** Records of the journal. */
type InboxRecord =
  | Readonly<{
      k: 'put';
      message: AgentMessage;
      at: number;
      held?: HeldBecause | undefined;
      foreign?: ForeignMark | undefined;
    }>
  | Readonly<{ k: 'pass'; from: string; to: string; epoch: string; seq: number; id?: string; outcome?: Outcome }>
  | Readonly<{ k: 'state'; id: string; state: InboxState; at: number; delivered?: true; code?: typeof DISCARDED }>
  | Readonly<{ k: 'release' | 'acknowledge'; id: string }>
  | Readonly<{ k: 'decline'; id: string; undecided?: Undecided | undefined }>
  | Readonly<{ k: 'forget'; ids: readonly string[] }>
  | Readonly<{ k: 'pair'; from: string; to: string; epoch: string; last: number }>
  /** Begin and end of what was copied when the journal was rewritten: messages there say nothing of the last numbers. */
  | Readonly<{ k: 'copy' | 'copied' }>
  | Readonly<{ k: 'known'; peer: PeerId; ids: readonly (readonly [string, Outcome])[] }>;

export type InboxOptions = Readonly<{
  file: JournalFile;
  clock: Clock;
  /** Called when a message is on the disk, or its state has changed. */
  onChange(entry: InboxEntry): void;
  /** Called when a message was removed. */
  onRemove(entry: InboxEntry): void;
}>;

/** Decision of `Inbox.place` on the number of a message. */
export type Placed =
  /** The next one of its pair. */
  | 'next'
  /** One that was settled before. */
  | 'passed'
  /** One for which another has to come first. */
  | 'gap'
  /** One of a pair that has no room: nothing is kept of it, so any number of it is refused. */
  | 'full';

/**
 * Messages from peers to agents of this device. A message is on the disk before its sender hears that it is stored. Remembers the last number of each
 * pair of agents and the IDs of the last 30 days, so that a message that comes again is not delivered again. One per agent.
 */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #journal: Journal<InboxRecord>;
  readonly #entries = new Map<string, InboxEntry>();
  /** Messages that are being given to their programs. */
  readonly #underWay = new Set<string>();
  /** By peer, then by the addresses of both agents. */
  readonly #pairs = new Map<PeerId, Map<string, Pair>>();
  /** Outcomes of messages by peer and ID, oldest first. */
  readonly #known = new Map<PeerId, Map<string, Outcome>>();
  /** Messages that no one has taken are open. */
  readonly #room = new BoxRoom();
  readonly #shares = new SenderShares();
  #isCopy = false;
  #isForgetting = false;
  readonly #comingIds = new Set<string>();
  readonly #writing = new Set<Promise<unknown>>();

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#journal = new Journal(options.file, () => this.#kept());
  }

  /** Reads the journal. Called once, before the other methods. @throws {StoreError} `store.unreadable` */
  async load(): Promise<void> {
    await this.#journal.load((record, place) => this.#apply(record, place));
    for (const pairs of this.#pairs.values()) for (const pair of pairs.values()) pair.coming = pair.last;
    await this.#forgetOld();
  }

  /** Returns all messages, oldest first. */
  list(): readonly InboxEntry[] {
    return [...this.#entries.values()];
  }

  get(id: string): InboxEntry | undefined {
    return this.#entries.get(id);
  }

  /** Reads a message as it came. @throws {MessageError} `message.unknown`; {StoreError} `store.unreadable` */
  async read(id: string): Promise<AgentMessage> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new MessageError('message.unknown', 'no such message');
    const record = await this.#journal.read(entry.place);
    if (record.k !== 'put') throw new TypeError('the journal has another record there');
    return record.message;
  }

  /** Returns the last number of each pair with a peer, as a stream begins with it. Numbers that are on their way to the disk don't count. */
  resume(peerId: PeerId): Resume {
    // A pair of which nothing is on the disk has no run yet.
    const pairs = [...(this.#pairs.get(peerId) ?? [])].filter(([, { last }]) => last > 0);
    return { type: 'resume', pairs: pairs.map(([key, { epoch, last }]) => ({ ...namesOf(key), epoch, last })) };
  }

  /** Returns the last number of one pair. */
  resumeOf(peerId: PeerId, from: string, to: string): Resume {
    const pair = this.#pairs.get(peerId)?.get(keyOf(from, to));
    return pair === undefined || pair.last === 0
      ? { type: 'resume', pairs: [] }
      : { type: 'resume', pairs: [{ from, to, epoch: pair.epoch, last: pair.last }] };
  }

  /** Resolves when all that was accepted so far is on the disk or has failed, so that `resume` says the truth. */
  async settled(): Promise<void> {
    // An append of nothing wouldn't wait.
    await Promise.allSettled(this.#writing);
  }

  /** Returns the outcome of a message that a peer has sent; `unknown` for none. */
  outcomeOf(peerId: PeerId, id: string): Receipt {
    const entry = this.#entries.get(id);
    if (entry !== undefined && entry.from.device === peerId) return { type: 'receipt', id, ...outcomeOf(entry) };
    const known = this.#known.get(peerId)?.get(id);
    return known === undefined ? { type: 'receipt', id, state: 'unknown' } : { type: 'receipt', id, ...known };
  }

  /** Reports whether a message with this ID has come from the peer before. */
  knows(peerId: PeerId, id: string): boolean {
    return this.outcomeOf(peerId, id).state !== 'unknown';
  }

  /** Reports whether a message has this ID, of whatever peer. An ID is random, so no honest device uses it again. */
  isUsed(id: string): boolean {
    return this.#entries.has(id) || this.#comingIds.has(id);
  }

  /** Compares the number of a message with the last one of its pair. A message of another run begins it with number 1. */
  place(
    peerId: PeerId,
    { from, to, epoch, seq }: Readonly<{ from: string; to: string; epoch: string; seq: number }>,
  ): Placed {
    if (!this.hasRoomForPair(peerId, from, to)) return 'full';
    const pair = this.#pairs.get(peerId)?.get(keyOf(from, to));
    const last = pair?.epoch === epoch ? pair.coming : 0;
    if (seq <= last) return 'passed';
    return seq === last + 1 ? 'next' : 'gap';
  }

  /** Returns the next number of a pair whose sender gives none, as a foreign instance. */
  next(peerId: PeerId, from: string, to: string): Readonly<{ epoch: string; seq: number }> {
    return { epoch: NO_EPOCH, seq: (this.#pairs.get(peerId)?.get(keyOf(from, to))?.coming ?? 0) + 1 };
  }

  /** Reports whether another pair of agents with this peer can be remembered. */
  hasRoomForPair(peerId: PeerId, from: string, to: string): boolean {
    const pairs = this.#pairs.get(peerId);
    return pairs === undefined || pairs.has(keyOf(from, to)) || pairs.size < MOST_PAIRS;
  }

  /** Reports whether a message of a peer or a foreign instance has room, and its sender a share of that. */
  hasShareFor(sender: PeerId, message: Pick<AgentMessage, 'body'>): boolean {
    return this.hasRoomFor(message) && this.#shares.hasFor(sender, toUtf8(message.body).length, this.#room.free);
  }

  /** Reports whether a message of an agent of this device has room. */
  hasRoomFor({ body }: Pick<AgentMessage, 'body'>): boolean {
    return this.#room.hasFor(toUtf8(body).length);
  }

  /**
   * Writes a message whose number is next; resolves when it is on the disk.
   * @param foreign set for a message of a foreign instance
   * @throws {StoreError} `store.write`; the number is free again then, and those after it too
   */
  async store(
    peerId: PeerId,
    message: AgentMessage,
    held: HeldBecause | undefined,
    foreign?: ForeignMark,
  ): Promise<InboxEntry> {
    const bytes = toUtf8(message.body).length;
    const arrived = this.#room.reserve(bytes);
    this.#shares.change(peerId, 1, bytes);
    this.#comingIds.add(message.id);
    try {
      await this.#pass(peerId, message, [{ k: 'put', message, at: this.#options.clock.now(), held, foreign }]);
    } finally {
      arrived();
      this.#shares.change(peerId, -1, -bytes);
      this.#comingIds.delete(message.id);
    }
    const entry = this.#entries.get(message.id);
    if (entry === undefined) throw new TypeError('a message that was written is missing');
    this.#options.onChange(entry);
    // Many at once: each time, all messages are looked at.
    const excess = this.#room.excess;
    if (excess.bytes > SLACK_BYTES || excess.messages > SLACK_MESSAGES) await this.#forgetOld();
    return entry;
  }

  /**
   * Passes a number without a message: its message was refused, came before under another number, or was withdrawn. Resolves when that is on the disk.
   * @param message ID and outcome, if the number had a message that hasn't come before
   * @throws {StoreError} `store.write`
   */
  async pass(
    peerId: PeerId,
    at: Readonly<{ from: string; to: string; epoch: string; seq: number }>,
    message?: Readonly<{ id: string; outcome: Outcome }>,
  ): Promise<void> {
    const { from, to, epoch, seq } = at;
    await this.#pass(peerId, at, [{ k: 'pass', from, to, epoch, seq, ...message }]);
  }

  /**
   * Sets the state of a message. One whose time is over before anyone has taken it expires instead, whatever the state that is asked for.
   * @param isDelivered true if the agent's deliverer says so
   * @returns false if it has that state, or a later one
   * @throws {MessageError} `message.unknown`; {StoreError} `store.write`
   */
  async settle(id: string, wanted: InboxState, isDelivered = false): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new MessageError('message.unknown', 'no such message');
    const at = this.#options.clock.now();
    const state = isOver(entry, at) && !this.#underWay.has(id) ? 'expired' : wanted;
    if (isFinal(entry.state) || RANK[state] <= RANK[entry.state]) return false;
    await this.#append([{ k: 'state', id, state, at, ...(isDelivered ? { delivered: true } : {}) }]);
    return this.#changed(entry);
  }

  /**
   * Discards messages that no one has taken, and that aren't being given to a program: they expire now, all at once.
   * @param isWanted tells which
   * @returns those
   * @throws {StoreError} `store.write`; they wait again then
   */
  async discard(isWanted: (entry: InboxEntry) => boolean): Promise<readonly InboxEntry[]> {
    const wanted = this.discardable(isWanted);
    const at = this.#options.clock.now();
    // At once, so that no program gets one while the disk is busy.
    for (const entry of wanted) entry.isDiscarded = true;
    try {
      await this.#append(wanted.map(({ id }) => ({ k: 'state', id, state: 'expired', at, code: DISCARDED })));
    } catch (error) {
      for (const entry of wanted) {
        entry.isDiscarded = false;
        this.#changed(entry);
      }
      throw error;
    }
    return wanted.filter((entry) => entry.state === 'expired' && this.#changed(entry));
  }

  /** Returns the messages that `discard` would discard. */
  discardable(isWanted: (entry: InboxEntry) => boolean): readonly InboxEntry[] {
    const now = this.#options.clock.now();
    return this.list().filter(
      (entry) =>
        entry.state === 'stored' &&
        !entry.isDiscarded &&
        !isOver(entry, now) &&
        !this.#underWay.has(entry.id) &&
        isWanted(entry),
    );
  }

  /** Keeps a message from expiring while it is given to its program, which may have it by then. `endDelivery` ends that. */
  beginDelivery(id: string): void {
    this.#underWay.add(id);
  }

  endDelivery(id: string): void {
    this.#underWay.delete(id);
  }

  /** Notes that a message needn't be handed out again. @throws {MessageError} `message.unknown`; {StoreError} `store.write` */
  async acknowledge(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new MessageError('message.unknown', 'no such message');
    if (entry.isAcknowledged) return;
    await this.#append([{ k: 'acknowledge', id }]);
    this.#changed(entry);
  }

  /**
   * Notes that the person has declined to give a message to its program.
   * @param undecided set if no person has decided that
   * @throws {MessageError} `message.unknown`; {StoreError} `store.write`
   */
  async decline(id: string, undecided?: Undecided): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new MessageError('message.unknown', 'no such message');
    await this.#append([{ k: 'decline', id, undecided }]);
    this.#changed(entry);
  }

  /** Releases a message that waits for a person. @throws {MessageError} `message.unknown`; {StoreError} `store.write` */
  async release(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new MessageError('message.unknown', 'no such message');
    if (entry.held === undefined && !entry.isDeclined) return;
    await this.#append([{ k: 'release', id }]);
    this.#changed(entry);
  }

  /** Time at which the next message expires that no one has taken, ms since 1970; `Infinity` if none does. */
  get nextExpiry(): number {
    let next = Infinity;
    for (const { id, state, expires } of this.#entries.values())
      if (state === 'stored' && expires < next && !this.#underWay.has(id)) next = expires;
    return next;
  }

  /** Settles messages that no one has taken in time. @returns those */
  async expire(): Promise<readonly InboxEntry[]> {
    const now = this.#options.clock.now();
    const over = this.list().filter((entry) => isOver(entry, now) && !this.#underWay.has(entry.id));
    for (const { id } of over) if (this.#entries.has(id)) await this.settle(id, 'expired');
    await this.#forgetOld();
    return over;
  }

  /** Removes a peer's messages and all that is known of it. @throws {StoreError} `store.write` */
  async forgetPeer(peerId: PeerId): Promise<void> {
    const entries = this.list().filter(({ from }) => from.device === peerId);
    this.#pairs.delete(peerId);
    await this.#forget(entries);
    this.#known.delete(peerId);
  }

  async close(): Promise<void> {
    await this.#journal.close();
  }

  async #pass(
    peerId: PeerId,
    { from, to, epoch, seq }: Readonly<{ from: string; to: string; epoch: string; seq: number }>,
    records: readonly InboxRecord[],
  ): Promise<void> {
    const pair = this.#pairFor(peerId, from, to);
    if (pair.epoch !== epoch) Object.assign(pair, { epoch, last: 0, coming: 0 });
    pair.coming = seq;
    try {
      await this.#append(records);
    } catch (error) {
      pair.coming = pair.last;
      throw error;
    }
  }

  async #append(records: readonly InboxRecord[]): Promise<void> {
    const writing = this.#journal.append(records, (places) => {
      for (const [index, record] of records.entries()) {
        const place = places[index];
        if (place !== undefined) this.#apply(record, place);
      }
      this.#journal.setLive(this.#room.bytes);
    });
    this.#writing.add(writing);
    try {
      await writing;
    } finally {
      this.#writing.delete(writing);
    }
  }

  /** Applies a record that is on the disk. */
  #apply(record: InboxRecord, place: RecordPlace): void {
    switch (record.k) {
      case 'put':
        this.#put(record, place);
        return;
      case 'pass': {
        if (!this.#passed(record, record.seq)) return;
        if (record.id !== undefined && record.outcome !== undefined)
          this.#remember(parseAddress(record.from).device, record.id, record.outcome);
        return;
      }
      case 'state': {
        const entry = this.#entries.get(record.id);
        // What was discarded or taken in the same moment stays as the first record says.
        if (entry === undefined || isFinal(entry.state)) return;
        if (record.code !== undefined && entry.state !== 'stored') {
          entry.isDiscarded = false;
          return;
        }
        if (entry.state === 'stored') this.#closed(entry);
        entry.isDiscarded = record.code !== undefined;
        entry.state = record.state;
        entry.since = record.at;
        if (record.delivered === true) entry.isDelivered = true;
        return;
      }
      case 'release': {
        const entry = this.#entries.get(record.id);
        if (entry !== undefined) Object.assign(entry, { held: undefined, isDeclined: false, undecided: undefined });
        return;
      }
      case 'decline': {
        const entry = this.#entries.get(record.id);
        if (entry !== undefined) Object.assign(entry, { isDeclined: true, undecided: record.undecided });
        return;
      }
      case 'acknowledge': {
        const entry = this.#entries.get(record.id);
        if (entry !== undefined) entry.isAcknowledged = true;
        return;
      }
      case 'forget':
        for (const id of record.ids) this.#remove(id);
        return;
      case 'pair':
        Object.assign(this.#pairFor(parseAddress(record.from).device, record.from, record.to), {
          epoch: record.epoch,
          last: record.last,
          coming: record.last,
        });
        return;
      case 'copy':
      case 'copied':
        this.#isCopy = record.k === 'copy';
        return;
      case 'known':
        for (const [id, outcome] of record.ids) this.#remember(record.peer, id, outcome);
    }
  }

  #put({ message, at, held, foreign }: Extract<InboxRecord, { k: 'put' }>, place: RecordPlace): void {
    // A number before it is missing: the disk has refused that one, and its sender sends both again.
    if (!this.#isCopy && !this.#passed(message, message.seq)) return;
    const entry: InboxEntry = {
      ...boxEntry(message, place),
      // Its sender can't keep it here for longer than any message waits.
      expires: Math.min(message.expires, at + LONGEST_MESSAGE_LIFE),
      from: parseAddress(message.from),
      agent: parseAddress(message.to).agent,
      arrivedAt: at,
      state: 'stored',
      since: at,
      held,
      isAcknowledged: false,
      isDelivered: false,
      isDeclined: false,
      isDiscarded: false,
      undecided: undefined,
      foreign,
    };
    this.#entries.set(entry.id, entry);
    this.#room.add(place.length);
    this.#shares.change(entry.from.device, 1, place.length);
  }

  /** Notes that a pair has come to this number. @returns false if another number would have to come before */
  #passed({ from, to, epoch }: Readonly<{ from: string; to: string; epoch: string }>, seq: number): boolean {
    const pair = this.#pairFor(parseAddress(from).device, from, to);
    const last = pair.epoch === epoch ? pair.last : 0;
    if (seq !== last + 1) return false;
    Object.assign(pair, { epoch, last: seq, coming: Math.max(pair.epoch === epoch ? pair.coming : 0, seq) });
    return true;
  }

  /** Called once when a message no longer waits for its agent. */
  #closed(entry: InboxEntry): void {
    this.#room.settle(entry.place.length);
    this.#shares.change(entry.from.device, -1, -entry.place.length);
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (entry.state === 'stored') this.#closed(entry);
    this.#room.remove(entry.place.length);
    this.#entries.delete(id);
    this.#remember(entry.from.device, id, outcomeOf(entry));
  }

  #remember(peerId: PeerId, id: string, outcome: Outcome): void {
    const known = this.#known.get(peerId) ?? new Map<string, Outcome>();
    this.#known.set(peerId, known);
    known.delete(id);
    known.set(id, outcome);
    const limit = this.#options.clock.now() - ID_MEMORY;
    for (const [oldest, { time = 0 }] of known) {
      if (time > limit && known.size <= MOST_IDS) break;
      known.delete(oldest);
    }
  }

  /**
   * Forgets messages that were taken long ago, or that leave no room: last of all those that no program has acknowledged, which would come again. Their
   * IDs stay known.
   */
  async #forgetOld(): Promise<void> {
    let { messages: many, bytes: over } = this.#room.excess;
    const limit = this.#options.clock.now() - KEPT_SETTLED;
    const [oldest] = this.#entries.values();
    // One time at once: until the disk has it, the same messages would be forgotten again.
    if (this.#isForgetting) return;
    if (over <= 0 && many <= 0 && (oldest === undefined || oldest.since > limit)) return;
    const forgotten: InboxEntry[] = [];
    for (const isLast of [false, true])
      for (const entry of this.#entries.values()) {
        const { since, place } = entry;
        if (entry.state === 'stored' || comesAgain(entry) !== isLast) continue;
        if (since > limit && over <= 0 && many <= 0) continue;
        forgotten.push(entry);
        over -= place.length;
        many -= 1;
      }
    if (forgotten.length === 0) return;
    this.#isForgetting = true;
    try {
      await this.#forget(forgotten);
    } finally {
      this.#isForgetting = false;
    }
  }

  async #forget(entries: readonly InboxEntry[]): Promise<void> {
    await this.#append([{ k: 'forget', ids: entries.map(({ id }) => id) }]);
    for (const entry of entries) this.#options.onRemove(entry);
  }

  /** Tells that a message has changed. @returns false if it was removed while the disk was busy */
  #changed(entry: InboxEntry): boolean {
    if (this.#entries.get(entry.id) !== entry) return false;
    this.#options.onChange(entry);
    return true;
  }

  #pairFor(peerId: PeerId, from: string, to: string): Pair {
    const pairs = this.#pairs.get(peerId) ?? new Map<string, Pair>();
    this.#pairs.set(peerId, pairs);
    const pair = pairs.get(keyOf(from, to)) ?? { epoch: '', last: 0, coming: 0 };
    pairs.set(keyOf(from, to), pair);
    return pair;
  }

  /** Returns what a rewritten journal contains. */
  *#kept(): Iterable<Kept<InboxRecord>> {
    yield { entry: { k: 'copy' } };
    for (const [peer, known] of this.#known) yield { entry: { k: 'known', peer, ids: [...known] } };
    for (const entry of this.#entries.values()) {
      yield {
        place: entry.place,
        moved: (place) => {
          entry.place = place;
        },
      };
      if (entry.held === undefined) yield { entry: { k: 'release', id: entry.id } };
      if (entry.isDeclined) yield { entry: { k: 'decline', id: entry.id, undecided: entry.undecided } };
      if (entry.isAcknowledged) yield { entry: { k: 'acknowledge', id: entry.id } };
      const { id, state, since: at } = entry;
      const delivered = entry.isDelivered ? ({ delivered: true } as const) : {};
      const discarded = entry.isDiscarded ? ({ code: DISCARDED } as const) : {};
      if (state !== 'stored') yield { entry: { k: 'state', id, state, at, ...delivered, ...discarded } };
    }
    for (const pairs of this.#pairs.values())
      for (const [key, { epoch, last }] of pairs) yield { entry: { k: 'pair', ...namesOf(key), epoch, last } };
    yield { entry: { k: 'copied' } };
  }
}

/** Reports whether a message is handed out again, since no program has acknowledged it. */
function comesAgain({ state, isAcknowledged }: InboxEntry): boolean {
  return state === 'taken' && !isAcknowledged;
}

/** Returns what the sender of a message is told of it. */
function outcomeOf({ state, since, isDiscarded }: InboxEntry): Outcome {
  return { state, time: since, ...(state === 'expired' && isDiscarded ? { code: DISCARDED } : {}) };
}

/** Run of numbers of a pair whose sender gives none. */
const NO_EPOCH = '0'.repeat(16);

/** Order of the states. A later one replaces an earlier one. */
const RANK: Readonly<Record<InboxState, number>> = { stored: 0, taken: 1, read: 2, expired: 3 };

function keyOf(from: string, to: string): string {
  return `${from} ${to}`;
}

function namesOf(key: string): Readonly<{ from: string; to: string }> {
  const [from = '', to = ''] = key.split(' ');
  return { from, to };
}
