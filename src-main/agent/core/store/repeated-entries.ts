import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';

/** Window in which repeated entries are counted instead of written, ms. */
const WINDOW = 60_000;
/** Most subjects of one peer that are counted separately in a window; further ones are counted together. */
const APART = 32;
/** Subject of entries that are counted together. */
export const OTHERS = '*';

/** Writes an entry. `shown`: its subject, or `OTHERS`. `sums`: of the amounts of all that it stands for. */
export type WriteEntry = (shown: string, count: number, sums: readonly number[]) => void;
type Entry = {
  readonly write: (count: number, sums: readonly number[]) => void;
  further: number;
  sums: readonly number[];
  readonly timer: Timer;
};

/**
 * Entries of the audit log that peers can cause as often as they want: the first one at once, equal ones once a minute with their number, and those about
 * too many subjects together.
 */
export class RepeatedEntries {
  readonly #clock: Clock;
  readonly #entries = new Map<PeerId, Map<string, Entry>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Writes an entry, or counts it.
   * @param kind kind of entry; further subjects are still counted separately by its first word
   * @param amounts numbers of this entry that are added up
   */
  count(peer: PeerId, kind: string, subject: string, write: WriteEntry, amounts: readonly number[] = []): void {
    const key = `${kind} ${subject}`;
    const entries = this.#entries.get(peer) ?? new Map<string, Entry>();
    this.#entries.set(peer, entries);
    const isApart = entries.has(key) || entries.size < APART;
    const [name, shown] = isApart ? [key, subject] : [`${kind.split(' ', 1).join('')} ${OTHERS}`, OTHERS];
    const known = entries.get(name);
    if (known !== undefined) {
      known.further += 1;
      known.sums = amounts.map((amount, index) => amount + (known.sums[index] ?? 0));
      return;
    }
    const entry: Entry = {
      write: (count, sums) => write(shown, count, sums),
      further: 0,
      sums: [],
      timer: this.#clock.setTimer(WINDOW, () => this.#write(peer, name, entry)),
    };
    entries.set(name, entry);
    write(shown, 1, amounts);
  }

  /** Writes the entries that were only counted so far. */
  close(): void {
    for (const [peer, entries] of this.#entries) for (const [key, entry] of entries) this.#write(peer, key, entry);
  }

  #write(peer: PeerId, key: string, entry: Entry): void {
    entry.timer.cancel();
    const entries = this.#entries.get(peer);
    entries?.delete(key);
    if (entries?.size === 0) this.#entries.delete(peer);
    if (entry.further > 0) entry.write(entry.further, entry.sums);
  }
}
