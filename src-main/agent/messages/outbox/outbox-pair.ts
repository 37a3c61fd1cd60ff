import { parseAddress, type AgentAddress } from '#shared/messages/index.ts';
import type { OutboxEntry } from './outbox.ts';

/** Addresses of a pair as messages carry them, and its run of numbers. */
export type PairState = Readonly<{
  fromText: string;
  toText: string;
  to: AgentAddress;
  epoch: string;
  next: number;
  confirmed: number;
}>;

/**
 * Pair of an agent here and one at a peer, with the messages from the former to the latter for which the peer has to answer. They have numbers without
 * gaps in one run, the `epoch`.
 */
export class OutboxPair implements PairState {
  readonly fromText: string;
  readonly toText: string;
  readonly to: AgentAddress;
  /** True once the journal names the pair. */
  isWritten = false;
  /** True if a number may be missing, since the disk refused its message. A new run is needed. */
  isBroken = false;
  /** Message about which a person at the peer was asked last. */
  asked: OutboxEntry | undefined;
  /** Resolves when all messages given to the disk so far are there, or were refused by it. */
  written: Promise<unknown> = Promise.resolve();
  #epoch: string;
  #next = 1;
  #confirmed = 0;
  #pending: OutboxEntry[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(fromText: string, toText: string, epoch: string) {
    this.fromText = fromText;
    this.toText = toText;
    this.to = parseAddress(toText);
    this.#epoch = epoch;
  }

  /** Addresses of the pair. */
  get names(): Pick<PairState, 'fromText' | 'toText'> {
    return { fromText: this.fromText, toText: this.toText };
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Number of the next message. */
  get next(): number {
    return this.#next;
  }

  /** Number up to which the peer has answered, or has passed what was withdrawn. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Messages after `confirmed`, in the order of their numbers. Those that this device has settled are passed. */
  get pending(): readonly OutboxEntry[] {
    return this.#pending;
  }

  /** True if there is something to do for the pair with its peer. */
  get hasPending(): boolean {
    return this.#pending.length > 0 || this.isBroken;
  }

  /** True while a person at the peer is asked about a message of the pair. The others wait behind it. */
  get isAsked(): boolean {
    return this.asked?.waiting === true;
  }

  /** Returns a number for a message. If that doesn't come to the disk, the caller sets `isBroken`. */
  reserve(): number {
    this.#next += 1;
    return this.#next - 1;
  }

  /** Adds a message that is on the disk. */
  add(entry: OutboxEntry): void {
    if (entry.epoch !== this.#epoch || entry.seq <= this.#confirmed) return;
    // The disk has refused the message before it, perhaps in an earlier run of the agent.
    if (entry.seq !== (this.#pending.at(-1)?.seq ?? this.#confirmed) + 1) this.isBroken = true;
    this.#next = Math.max(this.#next, entry.seq + 1);
    this.#pending.push(entry);
  }

  /** Removes a message that this device forgets with its peer. */
  remove(entry: OutboxEntry): void {
    if (this.#pending.includes(entry)) this.#pending = this.#pending.filter((other) => other !== entry);
  }

  /** Notes up to which message the peer has answered for all. */
  settle(): void {
    const open = this.#pending.findIndex(({ isAnswered }) => !isAnswered);
    const answered = this.#pending.at(open < 0 ? -1 : open - 1);
    if (open !== 0 && answered !== undefined) this.confirm(answered.seq);
  }

  /** Notes that the peer has come up to this number. */
  confirm(seq: number): void {
    if (seq <= this.#confirmed) return;
    this.#confirmed = seq;
    const from = this.#pending.findIndex((entry) => entry.seq > seq);
    this.#pending = from < 0 ? [] : this.#pending.slice(from);
  }

  /** Begins a run of numbers, without messages. */
  begin({ epoch, next, confirmed }: Pick<PairState, 'epoch' | 'next' | 'confirmed'>): void {
    this.isWritten = true;
    // The record of a new pair comes to the disk when more numbers may be given already.
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#next = next;
    this.#confirmed = confirmed;
    this.#pending = [];
  }

  /** Runs actions that give or change numbers one after the other. */
  inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
