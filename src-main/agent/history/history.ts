import type { HistoryEntry } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { ClearableLineFile } from '#shared/storage.ts';
import { beginLine, endLine, foldLines, type HistoryEnd, type HistoryFacts, type HistoryLine } from './entry.ts';

/** Most lines that wait for a slow disk. Further lines are dropped. */
const MOST_WAITING = 1000;
/** Most lines read from the file for one answer. */
const MOST_READ = 20_000;
/** Shortest interval between two calls of `onChange`, ms. */
const PACE = 1000;
/**
 * Budget of entries that one peer can cause: a burst, then one per interval (ms). Otherwise a peer could push older entries out of the file. Actions
 * beyond the budget aren't in the history; the audit log has its own budget.
 */
const BURST = 200;
const INTERVAL = 30_000;

/** Dependencies of the history. */
export type HistoryOptions = Readonly<{
  file: ClearableLineFile;
  clock: Clock;
  logger: Logger;
  /** Returns a unique ID. */
  createId(): string;
  /** Called when the history has changed. */
  onChange?(): void;
}>;

/**
 * History of what this device and its peers did together: terminals, forwards, prompts, path changes. Appends one line to the file at the start of an
 * entry and one at its end, so that a crash loses only the ends. The file limits its own size. Methods that write don't wait or throw; failures go to
 * the agent's log. One per agent; modules write to it as peers use this device or it uses them.
 */
export class PeerHistory {
  readonly #options: HistoryOptions;
  /** Open entries, with what is known of each; undefined for one that an earlier run of the agent has started. */
  readonly #open = new Map<string, Readonly<{ facts: HistoryFacts; startedAt: number }> | undefined>();
  readonly #budgets = new Map<string, { left: number; at: number }>();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #dropped = 0;
  #pace: Timer | undefined;
  #closed = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Starts an entry. @param given ID, if a later run of the agent may end the entry; undefined: a new one @returns ID of the entry, for `end` */
  begin(facts: HistoryFacts, given?: string): string {
    const entry = this.#unused(given ?? this.#options.createId());
    if (facts.direction === 'in' && !this.#spend(facts.peerId ?? facts.peerName)) return entry;
    const startedAt = this.#options.clock.now();
    this.#open.set(entry, { facts, startedAt });
    this.#write(beginLine(entry, facts, startedAt));
    return entry;
  }

  /** Adds to an open entry what became known after its start. Does nothing if this run of the agent hasn't started it, or if it has ended. */
  describe(entry: string, more: Pick<HistoryFacts, 'detail' | 'name' | 'facts'>): void {
    const known = this.#open.get(entry);
    if (known === undefined) return;
    const facts = { ...known.facts, ...more };
    this.#open.set(entry, { ...known, facts });
    // Of two lines with one ID the newer one counts.
    this.#write(beginLine(entry, facts, known.startedAt));
  }

  /** Continues an entry that an earlier run of the agent started. */
  resume(entry: string): void {
    this.#open.set(entry, undefined);
  }

  /** Ends an entry. Does nothing if no such entry is open. @returns the end as written */
  end(
    entry: string,
    outcome: string | null = null,
    more: Readonly<{ endedAt?: number; count?: number }> = {},
  ): HistoryEnd | undefined {
    if (!this.#open.delete(entry)) return undefined;
    const end = { endedAt: more.endedAt ?? this.#options.clock.now(), outcome, count: more.count ?? 1 };
    this.#write(endLine(entry, end));
    return end;
  }

  /** Replaces the end of an entry by what became known later. */
  correct(entry: string, end: HistoryEnd): void {
    // Of two ends of one ID the newer one counts.
    this.#write(endLine(entry, end));
  }

  /** Writes an entry without a duration. @param at ms since 1970 */
  note(facts: HistoryFacts, outcome: string | null, at = this.#options.clock.now()): void {
    if (!this.#spend(`${facts.kind} ${facts.peerId ?? facts.peerName}`)) return;
    const entry = this.#options.createId();
    this.#write({ ...beginLine(entry, facts, at), ...endLine(entry, { endedAt: at, outcome, count: 1 }) });
  }

  /** Returns the entries, newest first, including those just written. */
  async list(): Promise<readonly HistoryEntry[]> {
    await this.#last;
    const entries = foldLines(await this.#options.file.newest(MOST_READ), (entry) => this.#open.has(entry));
    return entries.toSorted((one, other) => other.startedAt - one.startedAt);
  }

  /** Deletes all entries but the open ones. @throws {StoreError} `store.write` */
  async clear(): Promise<void> {
    const open = (await this.list()).filter((entry) => entry.open);
    await this.#options.file.clear();
    for (const { id, kind, startedAt, ...facts } of open.toReversed())
      if (kind !== 'approval') this.#write(beginLine(id, { ...facts, kind }, startedAt));
    this.#changed();
  }

  /**
   * Ends open entries and waits for the disk.
   * @param keep reports which entries continue with the next agent
   */
  async close(keep: (entry: string) => boolean = () => false): Promise<void> {
    for (const entry of this.#open.keys()) if (!keep(entry)) this.end(entry, 'stopped');
    this.#closed = true;
    this.#pace?.cancel();
    await this.#last;
    await this.#options.file.close?.().catch(() => undefined);
  }

  #unused(wanted: string): string {
    return this.#open.has(wanted) ? this.#options.createId() : wanted;
  }

  #spend(who: string): boolean {
    const now = this.#options.clock.monotonic();
    const { left, at } = this.#budgets.get(who) ?? { left: BURST, at: now };
    const grown = Math.min(BURST, left + (now - at) / INTERVAL);
    this.#budgets.set(who, { left: grown < 1 ? grown : grown - 1, at: now });
    return grown >= 1;
  }

  #write(line: HistoryLine): void {
    if (this.#closed) return;
    if (this.#waiting >= MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#append(JSON.stringify(line)));
    this.#changed();
  }

  async #append(line: string): Promise<void> {
    const { file, logger } = this.#options;
    try {
      await file.append(line);
      if (this.#dropped > 0) logger.warn('entries of the history were left out', { dropped: this.#dropped });
      this.#dropped = 0;
    } catch (error) {
      logger.warn('the history could not be written', { errorCode: errorCode(error) });
    } finally {
      this.#waiting -= 1;
    }
  }

  #changed(): void {
    if (this.#closed) return;
    this.#pace ??= this.#options.clock.setTimer(PACE, () => {
      this.#pace = undefined;
      this.#options.onChange?.();
    });
  }
}
