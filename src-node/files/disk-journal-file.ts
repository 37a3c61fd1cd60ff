import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { systemCode } from '#shared/errors.ts';
import type { JournalFile, RecordPlace } from '#shared/storage.ts';
import { ensurePrivateDirectory, HAS_MODES, unreadableError, unwritableError } from './private-directory.ts';

const BLOCK = 1_048_576;
const LINE_FEED = 0x0a;
/** Length of a record's checksum with the space after it, bytes. */
const CHECKSUM = 9;

/** Part of a file, from `offset`. */
type Window = Readonly<{ offset: number; bytes: Buffer }>;

/** Calls to the operating system on which the journal relies. Tests watch them, and let them fail. */
export type JournalDisk = Readonly<{ open: typeof open; rename: typeof rename; rm: typeof rm }>;

type Waiting = Readonly<{
  records: readonly Uint8Array[];
  applied: ((places: readonly RecordPlace[]) => void) | undefined;
  resolve: () => void;
  reject: (error: unknown) => void;
}>;

/**
 * Journal in one file, readable by its owner only. Each record is a line without line feeds in it, after its CRC-32 in hexadecimal. Appended records are
 * on the disk (`fdatasync`) before `append` resolves. Holds the boxes of agent messages.
 */
export class DiskJournalFile implements JournalFile {
  readonly #path: string;
  readonly #disk: JournalDisk;
  #file: FileHandle | undefined;
  #size = 0;
  /** True while a power failure could bring back the file that was replaced: nothing is on the disk for certain until its directory is. */
  #isRenamed = false;
  #waiting: Waiting[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #isWriting = false;

  /**
   * Creates the directory if it is missing; opens no file yet.
   * @throws {StoreError} `store.directory-permissions`
   */
  constructor(path: string, disk: JournalDisk = { open, rename, rm }) {
    ensurePrivateDirectory(dirname(path));
    this.#path = path;
    this.#disk = disk;
  }

  get size(): number {
    return this.#size;
  }

  async load(each: (record: Uint8Array, place: RecordPlace) => void): Promise<void> {
    try {
      await this.#disk.rm(this.#temporary, { force: true });
      const file = await this.#open(this.#path, constants.O_CREAT);
      this.#file = file;
      const length = (await file.stat()).size;
      this.#size = await readRecords(file, each);
      if (this.#size < length) await file.truncate(this.#size);
      await file.datasync();
      await this.#syncDirectory();
    } catch (error) {
      throw unreadableError(this.#path, error);
    }
  }

  async append(records: readonly Uint8Array[], applied?: (places: readonly RecordPlace[]) => void): Promise<void> {
    if (records.length === 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ records, applied, resolve, reject });
    if (!this.#isWriting) {
      this.#isWriting = true;
      void this.#inTurn(() => this.#write());
    }
    await promise;
  }

  async read(place: RecordPlace): Promise<Uint8Array> {
    try {
      const { bytes } = await this.#readWindow(place, place.length);
      return bytes;
    } catch (error) {
      throw unreadableError(this.#path, error);
    }
  }

  replace(
    begin: () => Iterable<Uint8Array | RecordPlace>,
    applied: (places: readonly RecordPlace[]) => void,
  ): Promise<void> {
    return this.#inTurn(async () => {
      try {
        const file = await this.#open(this.#temporary, constants.O_CREAT | constants.O_TRUNC);
        const places: RecordPlace[] = [];
        let size = 0;
        try {
          let lines: Buffer[] = [];
          let pending = 0;
          const flush = async (): Promise<void> => {
            await writeAll(file, Buffer.concat(lines), size - pending);
            lines = [];
            pending = 0;
          };
          /** Part of the old file that was read last: records that follow each other need no read each. */
          let window: Window = { offset: 0, bytes: Buffer.alloc(0) };
          for (const record of begin()) {
            if ('offset' in record && !contains(window, record))
              window = await this.#readWindow(record, Math.max(record.length, BLOCK));
            const line = lineOf('offset' in record ? partOf(window, record) : record);
            places.push({ offset: size + CHECKSUM, length: line.length - CHECKSUM - 1 });
            lines.push(line);
            size += line.length;
            pending += line.length;
            if (pending >= BLOCK) await flush();
          }
          await flush();
          await file.datasync();
          await this.#disk.rename(this.#temporary, this.#path);
        } catch (error) {
          await file.close();
          throw error;
        }
        // Together, so that a reader finds each place in the file to which it belongs.
        const before = this.#opened;
        this.#file = file;
        this.#size = size;
        // Whatever happens from here on: the old file has no name any more.
        this.#isRenamed = true;
        applied(places);
        await before.close().catch(() => undefined);
        await this.#makePermanent();
      } catch (error) {
        throw unwritableError(this.#path, error);
      }
    });
  }

  /** Reads a record and what follows it, at most `length` bytes. */
  async #readWindow({ offset, length: needed }: RecordPlace, length: number): Promise<Window> {
    const { buffer, bytesRead } = await this.#opened.read(Buffer.allocUnsafe(length), 0, length, offset);
    if (bytesRead < needed) throw new Error('the record is cut');
    return { offset, bytes: buffer.subarray(0, bytesRead) };
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#file?.close();
      this.#file = undefined;
    });
  }

  get #opened(): FileHandle {
    if (this.#file === undefined) throw new Error('the journal is not open');
    return this.#file;
  }

  get #temporary(): string {
    return `${this.#path}.new`;
  }

  /** Writes all records that wait, together. Never rejects. */
  async #write(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    // What comes from here on needs a turn of its own.
    this.#isWriting = false;
    const before = this.#size;
    try {
      const file = this.#opened;
      const all: Buffer[] = [];
      let size = before;
      const placed = waiting.map((one) => {
        const places = one.records.map((record) => {
          const line = lineOf(record);
          all.push(line);
          size += line.length;
          return { offset: size - line.length + CHECKSUM, length: record.length };
        });
        return { ...one, places };
      });
      await writeAll(file, Buffer.concat(all), before);
      await file.datasync();
      await this.#makePermanent();
      this.#size = size;
      for (const { applied, places, resolve } of placed) {
        applied?.(places);
        resolve();
      }
    } catch (error) {
      await this.#file?.truncate(before).catch(() => undefined);
      for (const { reject } of waiting) reject(unwritableError(this.#path, error));
    }
  }

  /** Brings the name of a file that has replaced another one to the disk. Does nothing if it is there. */
  async #makePermanent(): Promise<void> {
    if (!this.#isRenamed) return;
    await this.#syncDirectory();
    this.#isRenamed = false;
  }

  /** Makes a new or renamed file in the directory permanent. Windows can't, and doesn't need it. */
  async #syncDirectory(): Promise<void> {
    try {
      const directory = await this.#disk.open(dirname(this.#path), constants.O_RDONLY);
      try {
        await directory.sync();
      } finally {
        await directory.close();
      }
    } catch (error) {
      if (!['EPERM', 'EISDIR', 'EACCES', 'EINVAL'].includes(systemCode(error) ?? '')) throw error;
    }
  }

  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #open(path: string, flags: number): Promise<FileHandle> {
    return await this.#disk.open(path, constants.O_RDWR | flags | (HAS_MODES ? constants.O_NOFOLLOW : 0), 0o600);
  }
}

function contains({ offset, bytes }: Window, place: RecordPlace): boolean {
  return place.offset >= offset && place.offset + place.length <= offset + bytes.length;
}

function partOf({ offset, bytes }: Window, place: RecordPlace): Buffer {
  return bytes.subarray(place.offset - offset, place.offset - offset + place.length);
}

function lineOf(record: Uint8Array): Buffer {
  const line = Buffer.allocUnsafe(CHECKSUM + record.length + 1);
  line.write(`${crc32(record).toString(16).padStart(8, '0')} `, 0, 'latin1');
  line.set(record, CHECKSUM);
  line[line.length - 1] = LINE_FEED;
  return line;
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at + written);
    written += bytesWritten;
  }
}

/** Reads records up to the first torn one. @returns bytes up to there */
async function readRecords(file: FileHandle, each: (record: Uint8Array, place: RecordPlace) => void): Promise<number> {
  let rest = Buffer.alloc(0);
  /** Offset of the beginning of `rest`. */
  let start = 0;
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(BLOCK), 0, BLOCK, start + rest.length);
    if (bytesRead === 0) return start;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let from = 0;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED, from)) {
      const record = rest.subarray(from + CHECKSUM, end);
      const sum = rest.toString('latin1', from, from + CHECKSUM);
      if (end - from < CHECKSUM || sum !== `${crc32(record).toString(16).padStart(8, '0')} `) return start + from;
      each(record, { offset: start + from + CHECKSUM, length: record.length });
      from = end + 1;
    }
    start += from;
    rest = rest.subarray(from);
  }
}
