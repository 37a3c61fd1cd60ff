import {
  CHUNK,
  chunkCount,
  FilesError,
  GROWTH_BYTES,
  GROWTH_PART,
  HASH_BYTES,
  LIST_BYTES,
  NameTable,
  type IncomingFolder,
  type ListEntry,
  type Offer,
} from '#shared/files/index.ts';
import { concatBytes, fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import { StoreError } from '#shared/storage.ts';
import type { FilesCrypto } from '../digest.ts';
import { EntryList } from '../entry-list.ts';

/** States of an entry at the receiver. */
const PENDING = 0;
const KEPT = 1;
const LOST = 2;

/** Beginning of a file that is here: hashes of its whole chunks, and what the file was when they were sent. */
export type Part = Readonly<{ size: number; mtime: number; hashes: Uint8Array }>;

/** Record of a receiver's journal. */
type JournalRecord =
  | Readonly<{ k: 'offer'; entries: number; files: number; bytes: number; folds: boolean }>
  | Readonly<{ k: 'list'; e: readonly ListEntry[] }>
  | Readonly<{ k: 'end' }>
  /** Hashes of chunks from the number `at` on that are on the disk; those from there on that were known before don't count. */
  | Readonly<{ k: 'chunks'; n: number; size: number; mtime: number; at: number; h: string }>
  /** Entries that are whole and on the disk, with their sizes. */
  | Readonly<{ k: 'kept'; e: readonly (readonly [n: number, size: number])[] }>
  | Readonly<{ k: 'lost'; n: number; code: string; size?: number }>
  /** The entry at the top gets this name in the target folder, or has it. */
  | Readonly<{ k: 'place'; n: number; as: string }>;

/**
 * Contents of a transfer at its receiver, as the journal in the folder of the transfer says. Everything is written there before it counts, and only after the
 * contents themselves are on the disk, so that it is true after any crash.
 */
export class Received {
  readonly entries: EntryList;
  readonly #folder: IncomingFolder;
  readonly #offer: Offer;
  readonly #takeRoom: (bytes: number) => void;
  /** Returns the bytes that may come in all. */
  readonly #most: () => number;
  /** Undefined when the list is complete: for many names it takes as much memory as they do. */
  #names: NameTable | undefined;
  #folds: boolean;
  /** Bytes of the list in the journal, and entries at the top. */
  #listBytes = 0;
  #top = 0;
  readonly #placedNames: string[] = [];
  readonly #states: number[] = [];
  readonly #parts = new Map<number, Part>();
  readonly #keptSizes = new Map<number, number>();
  readonly #lost = new Map<number, string>();
  readonly #places = new Map<number, string>();
  #renamed = 0;
  #isListed = false;
  #isOffered = false;
  #files = 0;
  #bytes = 0;
  /** Bytes by which entries have exceeded what was listed, in all attempts, and their sum. What was given up counts: its part may be here yet. */
  readonly #grown = new Map<number, number>();
  #growth = 0;

  private constructor(
    crypto: FilesCrypto,
    folder: IncomingFolder,
    offer: Offer,
    takeRoom: (bytes: number) => void,
    most: () => number,
  ) {
    this.entries = new EntryList(crypto);
    this.#folder = folder;
    this.#offer = offer;
    this.#takeRoom = takeRoom;
    this.#most = most;
    this.#folds = folder.folds;
    this.#names = this.#nameTable();
  }

  /**
   * Reads the journal of a transfer.
   * @param takeRoom called before so many more bytes of the list are kept in memory; may throw
   * @param most returns the bytes that may come in all, which may change; default: those of the offer, and what changed files may add
   * @throws {FilesError} `file.protocol` if the offer isn't the one of the journal; `file.disk`
   */
  static async load(
    crypto: FilesCrypto,
    folder: IncomingFolder,
    offer: Offer,
    takeRoom: (bytes: number) => void = () => undefined,
    most: () => number = () => Infinity,
  ): Promise<Received> {
    const received = new Received(crypto, folder, offer, takeRoom, most);
    await converted(async () => {
      await folder.journal.load((record) =>
        received.#apply(JSON.parse(fromUtf8(record)) as JournalRecord, record.length),
      );
    });
    const { entries, files, bytes } = offer;
    if (!received.#isOffered) await received.#write({ k: 'offer', entries, files, bytes, folds: folder.folds });
    return received;
  }

  get isListed(): boolean {
    return this.#isListed;
  }

  /** Numbers of files that are whole here, and their bytes together with those of parts. */
  get files(): number {
    return this.#files;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get renamed(): number {
    return this.#renamed;
  }

  get lost(): ReadonlyMap<number, string> {
    return this.#lost;
  }

  /** Names that entries at the top have or get in the target folder. */
  get places(): ReadonlyMap<number, string> {
    return this.#places;
  }

  isKept(n: number): boolean {
    return this.#states[n] === KEPT;
  }

  isPending(n: number): boolean {
    return this.#states[n] === PENDING;
  }

  /** Reports whether an entry was given up. What comes of it afterwards doesn't count. */
  isLost(n: number): boolean {
    return this.#states[n] === LOST;
  }

  keptSize(n: number): number | undefined {
    return this.#keptSizes.get(n);
  }

  /** Returns the beginning of a file that is here; undefined for none. */
  partOf(n: number): Part | undefined {
    return this.#parts.get(n);
  }

  /** Returns the name of an entry here. */
  nameOf(n: number): string {
    return this.#placedNames[n] ?? '';
  }

  /** Returns the names of an entry's folders and its own here, from the top. */
  pathOf(n: number): readonly string[] {
    return this.entries.lineOf(n).map((at) => this.nameOf(at));
  }

  /**
   * Adds entries of the list.
   * @param take resolves when so many bytes may be written
   * @throws {FilesError} `file.protocol`, `file.too-many`, `file.too-large`, `file.name`; as `#write`
   */
  async addList(list: readonly ListEntry[], take: (bytes: number) => Promise<void>): Promise<void> {
    if (this.#isListed) throw new FilesError('file.protocol', 'the list was over');
    const record = encode({ k: 'list', e: list });
    this.#addAll(list, record.length);
    await take(record.length);
    await this.#append(record);
  }

  /** Ends the list. @throws {FilesError} `file.protocol` if it isn't the one that was offered */
  async endList(hash: string): Promise<void> {
    const { entries, files, bytes, top } = this.#offer;
    const { count } = this.entries;
    if (
      hash !== this.entries.hash() ||
      count !== entries ||
      this.#top !== top ||
      this.entries.files !== files ||
      this.entries.bytes !== bytes
    )
      throw new FilesError('file.protocol', 'the list is not what was offered');
    this.#names = undefined;
    if (this.#isListed) return;
    this.#isListed = true;
    await this.#write({ k: 'end' });
  }

  /** Checks that a file may have this size, which can differ from the listed one. @throws {FilesError} `file.too-large` */
  admit(n: number, size: number): void {
    const more = size - this.entries.sizeOf(n) - (this.#grown.get(n) ?? 0);
    if (more > 0 && this.#growth + more > this.#mostGrowth())
      throw new FilesError('file.too-large', 'files are larger than what was offered');
    this.#grow(n, size);
  }

  /** Returns the bytes by which files may be larger than what was offered, in all attempts. */
  #mostGrowth(): number {
    const { bytes } = this.#offer;
    return Math.min(Math.max(GROWTH_BYTES, bytes * GROWTH_PART), this.#most() - bytes);
  }

  /** Returns the largest size that a file had in any attempt, bytes. */
  #sizeOf(n: number): number {
    return this.entries.sizeOf(n) + (this.#grown.get(n) ?? 0);
  }

  #grow(n: number, size: number): void {
    const grown = size - this.entries.sizeOf(n);
    const before = this.#grown.get(n) ?? 0;
    if (grown <= before) return;
    this.#grown.set(n, grown);
    this.#growth += grown - before;
  }

  /**
   * Begins a file at this byte. What was known of it beyond doesn't count any more, before a byte of it is written: otherwise a crash would leave hashes
   * of what is no longer there.
   * @returns the hashes of the chunks before
   */
  async begin(
    n: number,
    { from, size, mtime }: Readonly<{ from: number; size: number; mtime: number }>,
  ): Promise<Uint8Array> {
    const before = this.#parts.get(n)?.hashes ?? new Uint8Array(0);
    const hashes = before.subarray(0, chunkCount(from) * HASH_BYTES);
    if (before.length > hashes.length) await this.#write({ k: 'chunks', n, size, mtime, at: chunkCount(from), h: '' });
    if (!this.isLost(n)) this.#setPart(n, { size, mtime, hashes });
    return hashes;
  }

  /**
   * Notes chunks of a file that are on the disk.
   * @param at number of the first of them
   * @param hashes of all its chunks up to the last of them
   */
  async keepChunks(n: number, part: Part, at: number): Promise<void> {
    if (this.isLost(n)) return;
    const h = toBase64Url(part.hashes.subarray(at * HASH_BYTES));
    await this.#write({ k: 'chunks', n, size: part.size, mtime: part.mtime, at, h });
    if (!this.isLost(n)) this.#setPart(n, part);
  }

  /** Notes files that are whole and on the disk. */
  async keep(files: readonly Readonly<{ n: number; size: number }>[]): Promise<void> {
    const kept = files.filter(({ n }) => !this.isLost(n));
    if (kept.length === 0) return;
    await this.#write({ k: 'kept', e: kept.map(({ n, size }) => [n, size] as const) });
    for (const { n, size } of kept) if (!this.isLost(n)) this.#setKept(n, size);
  }

  /** Notes a folder that is there. It is made again after a crash, so the journal needn't have it. */
  keepFolder(n: number): void {
    this.#states[n] = KEPT;
  }

  /** Notes a file that is in the target folder already. It is looked at again after a crash. */
  keepSame(n: number): void {
    this.#setKept(n, this.entries.sizeOf(n));
  }

  /** Gives an entry up. It counts as lost at once, so that nothing is noted of it after that. */
  async lose(n: number, code: string): Promise<void> {
    if (this.isLost(n)) return;
    this.#setLost(n, code);
    // Its bytes are on the disk until it is placed, so they count in later attempts, too.
    await this.#write({ k: 'lost', n, code, size: this.#sizeOf(n) });
  }

  /** Notes that what is here of a file doesn't count: it isn't there any more, or is damaged. */
  async drop(n: number): Promise<void> {
    if (this.isLost(n)) return;
    this.#unkeep(n);
    this.#setPart(n, undefined);
    // The size stays: its bytes are on the disk until others are written over them.
    await this.#write({ k: 'chunks', n, size: this.#sizeOf(n), mtime: 0, at: 0, h: '' });
  }

  /** Notes the name that an entry at the top will get, before it gets it. */
  async placing(n: number, as: string): Promise<void> {
    if (this.#places.get(n) === as) return;
    await this.#write({ k: 'place', n, as });
    this.#places.set(n, as);
  }

  /** Hidden files aren't served, so none is put into a shared folder. */
  #nameTable(): NameTable {
    return new NameTable({
      rules: this.#folder.rules,
      folds: this.#folds,
      noneHidden: this.#offer.into !== undefined,
    });
  }

  #apply(record: JournalRecord, length: number): void {
    switch (record.k) {
      case 'offer': {
        const { entries, files, bytes } = this.#offer;
        if (record.entries !== entries || record.files !== files || record.bytes !== bytes)
          throw new FilesError('file.protocol', 'the transfer is another one than before');
        this.#isOffered = true;
        // The names stay as they were when they were chosen.
        this.#folds = record.folds;
        this.#names = this.#nameTable();
        return;
      }
      case 'list':
        this.#addAll(record.e, length);
        return;
      case 'end':
        this.#isListed = true;
        this.#names = undefined;
        return;
      case 'chunks': {
        // Earlier versions noted chunks of what was given up.
        if (this.isLost(record.n)) return;
        this.#unkeep(record.n);
        const before = this.#parts.get(record.n)?.hashes ?? new Uint8Array(0);
        const hashes = concatBytes(before.subarray(0, record.at * HASH_BYTES), fromBase64Url(record.h));
        this.#setPart(record.n, { size: record.size, mtime: record.mtime, hashes });
        return;
      }
      case 'kept':
        for (const [n, size] of record.e) if (!this.isLost(n)) this.#setKept(n, size);
        return;
      case 'lost':
        this.#setLost(record.n, record.code);
        if (record.size !== undefined) this.#grow(record.n, record.size);
        return;
      case 'place':
        this.#places.set(record.n, record.as);
    }
  }

  /** @param bytes of their record in the journal */
  #addAll(list: readonly ListEntry[], bytes: number): void {
    this.#listBytes += bytes;
    if (this.#listBytes > LIST_BYTES) throw new FilesError('file.too-many', 'the list is too long');
    this.#takeRoom(bytes);
    for (const entry of list) {
      if (entry.in === -1) this.#addTop(entry);
      if (this.entries.count >= this.#offer.entries)
        throw new FilesError('file.too-many', 'more entries than were offered');
      const n = this.entries.add(entry);
      if (n === undefined) throw new FilesError('file.protocol', 'an entry is in no folder');
      if (this.entries.bytes > this.#offer.bytes)
        throw new FilesError('file.too-large', 'more bytes than were offered');
      const placed = this.#names?.add({ n, in: entry.in, name: entry.name, isFolder: entry.kind === 'folder' });
      if (placed === undefined) throw new FilesError('file.name', 'a path is too long or too deep');
      // The same text as the list has, so that it is in memory once.
      this.#placedNames.push(placed.isRenamed ? placed.name : entry.name);
      this.#states.push(PENDING);
      if (placed.isRenamed) this.#renamed += 1;
    }
  }

  /** Counts an entry at the top, which has to be the one that the person who took the transfer was shown. */
  #addTop({ name, kind }: ListEntry): void {
    const { roots, top } = this.#offer;
    if (this.#top >= top) throw new FilesError('file.too-many', 'more entries at the top than were offered');
    const shown = roots[this.#top];
    if (shown !== undefined && (shown.name !== name || shown.kind !== kind))
      throw new FilesError('file.protocol', 'the list has other names than were offered');
    this.#top += 1;
  }

  #setPart(n: number, part: Part | undefined): void {
    const bytesOf = (one: Part | undefined): number =>
      one === undefined ? 0 : Math.min(one.size, (one.hashes.length / HASH_BYTES) * CHUNK);
    this.#bytes += bytesOf(part) - bytesOf(this.#parts.get(n));
    if (part === undefined) {
      this.#parts.delete(n);
      return;
    }
    this.#parts.set(n, part);
    this.#grow(n, part.size);
  }

  #setKept(n: number, size: number): void {
    this.#setPart(n, undefined);
    if (this.#keptSizes.has(n)) return;
    this.#keptSizes.set(n, size);
    this.#grow(n, size);
    this.#states[n] = KEPT;
    this.#files += 1;
    this.#bytes += size;
  }

  #unkeep(n: number): void {
    const size = this.#keptSizes.get(n);
    if (size !== undefined) {
      this.#files -= 1;
      this.#bytes -= size;
      this.#keptSizes.delete(n);
    }
    this.#states[n] = PENDING;
  }

  #setLost(n: number, code: string): void {
    this.#unkeep(n);
    this.#setPart(n, undefined);
    this.#states[n] = LOST;
    this.#lost.set(n, code);
  }

  async #write(record: JournalRecord): Promise<void> {
    await this.#append(encode(record));
  }

  async #append(record: Uint8Array): Promise<void> {
    await converted(async () => await this.#folder.journal.append([record]));
  }
}

function encode(record: JournalRecord): Uint8Array {
  return toUtf8(JSON.stringify(record));
}

/** Converts errors of the journal to `file.no-space` and `file.disk`. */
async function converted(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof FilesError) throw error;
    const reason = error instanceof StoreError ? String(error.details['reason'] ?? '') : 'unknown';
    const code = reason === 'ENOSPC' || reason === 'EDQUOT' ? 'file.no-space' : 'file.disk';
    throw new FilesError(code, 'the journal of the transfer could not be used', { cause: error, details: { reason } });
  }
}
