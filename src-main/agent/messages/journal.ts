import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import type { JournalFile, RecordPlace } from '#shared/storage.ts';

/** Superseded bytes above which a journal is rewritten, if they are also more than half of it. */
const WASTE = 8_388_608;

/** Record that stays when a journal is rewritten: a new one, or one that is copied and whose new place is passed on. */
export type Kept<Entry> =
  | Readonly<{ entry: Entry }>
  | Readonly<{ place: RecordPlace; moved(place: RecordPlace): void }>;

/**
 * Journal of JSON values in a `JournalFile`: a box of messages is what its records, read in order, say. Knows nothing of their meaning. `Outbox` and
 * `Inbox` have one each.
 */
export class Journal<Entry extends object> {
  readonly #file: JournalFile;
  readonly #kept: () => Iterable<Kept<Entry>>;
  #live = 0;
  #rewriting = false;

  /** @param kept returns what a rewritten journal contains */
  constructor(file: JournalFile, kept: () => Iterable<Kept<Entry>>) {
    this.#file = file;
    this.#kept = kept;
  }

  /** Reads all records, oldest first. @throws {StoreError} `store.unreadable` */
  async load(each: (entry: Entry, place: RecordPlace) => void): Promise<void> {
    await this.#file.load((record, place) => each(JSON.parse(fromUtf8(record)) as Entry, place));
  }

  /**
   * Appends records; resolves when they are on the disk.
   * @param applied called at that moment, before any later record is on the disk
   * @throws {StoreError} `store.write`
   */
  async append(entries: readonly Entry[], applied?: (places: readonly RecordPlace[]) => void): Promise<void> {
    await this.#file.append(
      entries.map((entry) => toUtf8(JSON.stringify(entry))),
      applied,
    );
    this.#rewriteIfWorth();
  }

  /** Reads one record. @throws {StoreError} `store.unreadable` */
  async read(place: RecordPlace): Promise<Entry> {
    return JSON.parse(fromUtf8(await this.#file.read(place))) as Entry;
  }

  /** Sets the bytes of records that still count, by which the journal knows when to be rewritten. */
  setLive(bytes: number): void {
    this.#live = bytes;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #rewriteIfWorth(): void {
    const waste = this.#file.size - this.#live;
    if (this.#rewriting || waste < WASTE || waste < this.#live) return;
    this.#rewriting = true;
    let kept: Kept<Entry>[] = [];
    const begin = (): Iterable<Uint8Array | RecordPlace> => {
      kept = [...this.#kept()];
      return kept.map((one) => ('entry' in one ? toUtf8(JSON.stringify(one.entry)) : one.place));
    };
    void this.#file
      .replace(begin, (places) => {
        for (const [index, one] of kept.entries()) {
          const place = places[index];
          if ('moved' in one && place !== undefined) one.moved(place);
        }
      })
      // The longer journal serves as well; the next append tries again.
      .catch(() => undefined)
      .finally(() => {
        this.#rewriting = false;
      });
  }
}
