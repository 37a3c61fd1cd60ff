import { StoreError, type JournalFile, type RecordPlace } from '#shared/storage.ts';

type Waiting = {
  records: readonly Uint8Array[];
  applied: ((places: readonly RecordPlace[]) => void) | undefined;
  resolve: () => void;
  reject: (error: unknown) => void;
};

/** What stays when a machine loses power: the records that are on the disk. */
export class MemoryDisk {
  records: Uint8Array[] = [];
  /** The next writes fail, as on a full disk. */
  failures = 0;
  /** Superseded bytes that the disk claims to have: a journal is rewritten after each record if there are enough. */
  waste = 0;
}

/**
 * A journal on a disk in memory. The first records are written at once, those that come meanwhile together after them; `crash` loses the rest, of which a
 * part may yet be there, as with a real disk whose write was under way.
 */
export class MemoryJournal implements JournalFile {
  readonly disk: MemoryDisk;
  #waiting: Waiting[] = [];
  #writing: Waiting[] = [];
  #isWriting = false;
  #isDead = false;
  /** Turns that a write takes. */
  readonly #turns: number;

  constructor(disk: MemoryDisk, turns = 1) {
    this.disk = disk;
    this.#turns = turns;
  }

  get size(): number {
    return this.disk.records.reduce((sum, record) => sum + record.length, this.disk.waste);
  }

  async load(each: (record: Uint8Array, place: RecordPlace) => void): Promise<void> {
    for (const [index, record] of this.disk.records.entries()) each(record, { offset: index, length: record.length });
  }

  append(records: readonly Uint8Array[], applied?: (places: readonly RecordPlace[]) => void): Promise<void> {
    if (this.#isDead || records.length === 0) return this.#isDead ? new Promise(() => undefined) : Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ records, applied, resolve, reject });
    if (!this.#isWriting) void this.#write();
    return promise;
  }

  async read(place: RecordPlace): Promise<Uint8Array> {
    return this.#recordAt(place);
  }

  async replace(
    begin: () => Iterable<Uint8Array | RecordPlace>,
    applied: (places: readonly RecordPlace[]) => void,
  ): Promise<void> {
    if (this.#isDead) return;
    // In one turn, as between two writes of a real disk.
    const records = [...begin()].map((one) => ('offset' in one ? this.#recordAt(one) : one));
    this.disk.records = records;
    applied(records.map((record, index) => ({ offset: index, length: record.length })));
  }

  async close(): Promise<void> {
    this.#isDead = true;
  }

  /** Loses power. @param kept share of the records under way that are on the disk all the same, 0 to 1 */
  crash(kept: number): void {
    this.#isDead = true;
    const records = [...this.#writing, ...this.#waiting].flatMap((one) => one.records);
    this.disk.records.push(...records.slice(0, Math.floor(records.length * kept)));
    this.#writing = [];
    this.#waiting = [];
  }

  #recordAt({ offset, length }: RecordPlace): Uint8Array {
    const record = this.disk.records[offset];
    if (record?.length !== length) throw new StoreError('store.unreadable', 'no such record');
    return record;
  }

  /** Writes what waits, and then what has come meanwhile. */
  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      this.#writing = this.#waiting;
      this.#waiting = [];
      for (let turn = 0; turn < this.#turns; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.#isDead) return;
      const written = this.#writing;
      this.#writing = [];
      if (this.disk.failures > 0) {
        this.disk.failures -= 1;
        for (const { reject } of written) reject(new StoreError('store.write', 'the disk is full'));
        continue;
      }
      for (const { records, applied, resolve } of written) {
        const at = this.disk.records.length;
        this.disk.records.push(...records);
        applied?.(records.map((record, index) => ({ offset: at + index, length: record.length })));
        resolve();
      }
    }
    this.#isWriting = false;
  }
}
