import { FilesError, PAGE_JOURNAL_BYTES } from '#shared/files/index.ts';
import { StoreError, type JournalFile } from '#shared/storage.ts';

/** Journal in memory, bounded: what a page has received of a transfer is gone with the page, and its journal, too. */
export class MemoryJournal implements JournalFile {
  readonly #records: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  load(each: Parameters<JournalFile['load']>[0]): Promise<void> {
    let offset = 0;
    for (const record of this.#records) {
      each(record, { offset, length: record.length });
      offset += record.length;
    }
    return Promise.resolve();
  }

  /** Appends records. Rejects with {FilesError} `file.browser-many` if there are too many. */
  append(records: readonly Uint8Array[], applied?: Parameters<JournalFile['append']>[1]): Promise<void> {
    const more = records.reduce((sum, { length }) => sum + length, 0);
    if (this.#size + more > PAGE_JOURNAL_BYTES)
      return Promise.reject(new FilesError('file.browser-many', 'the list is too long for a page'));
    const places = records.map((record) => {
      const place = { offset: this.#size, length: record.length };
      this.#records.push(record.slice());
      this.#size += record.length;
      return place;
    });
    applied?.(places);
    return Promise.resolve();
  }

  read(): Promise<Uint8Array> {
    return Promise.reject(new StoreError('store.unreadable', 'a journal in memory is read as a whole'));
  }

  replace(): Promise<void> {
    return Promise.reject(new StoreError('store.write', 'a journal in memory is never replaced'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
