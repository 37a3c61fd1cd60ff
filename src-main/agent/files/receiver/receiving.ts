import {
  CHUNK,
  chunkCount,
  chunkLength,
  FILES_RESET_OVER,
  FILES_RESET_PROTOCOL,
  fileRoot,
  FilesError,
  HASH_BYTES,
  isResumable,
  MOST_WANTED,
  parseSenderLine,
  SENT_AGAIN,
  SMALL_FILE,
  STREAMS_PER_TRANSFER,
  SYNC_BYTES,
  SYNC_TIME,
  type ContentParams,
  type IncomingDisk,
  type IncomingFile,
  type IncomingFolder,
  type PutMode,
  type ReceiverLine,
} from '#shared/files/index.ts';
import { BufferPool, ByteReader, equalBytes, toHex } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, FormatError } from '#shared/errors.ts';
import type { LineReader } from '#shared/lines.ts';
import type { LineWriter } from '#shared/line-writer.ts';
import { LinkError, type IncomingStream, type LinkStream } from '#shared/link/index.ts';
import { sha256Of, type FilesCrypto } from '../digest.ts';
import { Gate } from '../gate.ts';
import { ExactReader, fill } from './exact-reader.ts';
import { Placement } from './placement.ts';
import type { Part, Received } from './received.ts';
import { SpaceWatch } from './space-watch.ts';
import { UnsyncedFiles } from './unsynced-files.ts';

/** Shortest time between two lines that tell the sender how much is here, ms. */
const PROGRESS_PACE = 250;
/** Bytes of the head of a small file on a stream: number, size, time and root. */
const HEAD_BYTES = 4 + 8 + 8 + HASH_BYTES;
/** Small files that are written at a time. */
const SMALL_AT_A_TIME = 8;
/** Entries of an earlier run that are looked at at a time. */
const CHECKED_AT_A_TIME = 32;

/** Buffers of the chunks that arrive. Two for each stream. */
const chunks = new BufferPool(CHUNK, 2 * STREAMS_PER_TRANSFER);

/** Result of a transfer at its receiver. */
export type Receipt = Readonly<{
  files: number;
  bytes: number;
  failures: readonly Readonly<{ n: number; path: readonly string[]; code: string }>[];
  names: readonly string[];
  renamed: number;
}>;
/** End of an attempt that isn't lost. */
export type ReceivingEnd =
  | Readonly<{ kind: 'done'; receipt: Receipt }>
  | Readonly<{ kind: 'cancelled'; code: string | undefined }>;

export type ReceivingOptions = Readonly<{
  lines: LineReader;
  writer: LineWriter<ReceiverLine>;
  received: Received;
  crypto: FilesCrypto;
  folder: IncomingFolder;
  disk: Pick<IncomingDisk, 'space'>;
  /** Treatment of files of the same name in a shared folder; undefined in any other folder. */
  mode?: PutMode | undefined;
  clock: Clock;
  /** Reports whether files may be run that the sender says can be. */
  mayRun: boolean;
  /** Bytes of a part after which it is written to the disk; undefined: `SYNC_BYTES`. */
  syncBytes?: number | undefined;
  onProgress(counts: Readonly<{ files: number; bytes: number }>): void;
  onReceived(bytes: number): void;
  /** The sender has paused, or goes on; or the disk has no space, or has some again. */
  onPaused(paused: 'peer' | 'space' | undefined): void;
}>;

/** Entry that was asked for from this byte, and arrived damaged so often. `receiving`: its contents come now. */
type Wanted = { readonly from: number; readonly damaged: number; receiving: Promise<void> | undefined };

/**
 * One attempt at receiving a transfer: takes the list, asks for what lacks, writes and checks what comes, and puts everything into its place. Made by
 * `IncomingTransfers` for each control stream of a sender.
 */
export class Receiving {
  readonly #options: ReceivingOptions;
  readonly #aborting = new AbortController();
  readonly #gate = new Gate();
  readonly #failed = Promise.withResolvers<never>();
  readonly #space: SpaceWatch;
  /** Entries that were asked for. */
  readonly #wanted = new Map<number, Wanted>();
  /** Streams that wait until another one is finished. */
  readonly #queue: Readonly<{ stream: IncomingStream; take: () => Promise<void> }>[] = [];
  readonly #placement: Placement;
  readonly #unsynced: UnsyncedFiles;
  readonly #listed = Promise.withResolvers<void>();
  readonly #streams = new Set<Promise<void>>();
  readonly #links = new Set<LinkStream>();
  #room: PromiseWithResolvers<void> | undefined;
  #isHerePaused = false;
  #isShort = false;
  #progress: Timer | undefined;
  #toldFiles = -1;
  #toldBytes = -1;
  #isWanting = false;

  constructor(options: ReceivingOptions) {
    this.#options = options;
    this.#placement = new Placement(options.folder, options.received, options.mode);
    this.#unsynced = new UnsyncedFiles({
      keep: (files) => options.received.keep(files),
      onKept: (n) => this.#done(n),
      onError: (error) => this.#fail(error),
    });
    this.#failed.promise.catch(() => undefined);
    this.#space = new SpaceWatch({
      disk: options.disk,
      folder: options.folder.target,
      clock: options.clock,
      signal: this.#aborting.signal,
      onShort: (isShort) => {
        this.#isShort = isShort;
        this.#tellPause(isShort ? 'file.no-space' : undefined);
        this.#notePause(isShort ? 'space' : undefined);
      },
    });
  }

  /**
   * Receives until all is in its place. What has come stays on the disk, whatever ends the attempt.
   * @throws {LinkError} if the session is lost; {FormatError} for what the sender says; {FilesError} `file.*`
   */
  async run(): Promise<ReceivingEnd> {
    const { received, writer } = this.#options;
    writer.send({ type: 'take', have: received.entries.count, files: received.files, bytes: received.bytes });
    if (this.#isHerePaused) writer.send({ type: 'pause' });
    const receiving = this.#receive();
    try {
      return await Promise.race([this.#read(), this.#failed.promise, receiving]);
    } finally {
      await this.#settle();
      await receiving.catch(() => undefined);
    }
  }

  /** Takes a stream with contents that the sender has opened. Never throws. */
  takeContents(stream: IncomingStream, params: ContentParams): void {
    if (this.#aborting.signal.aborted || this.#queue.length >= STREAMS_PER_TRANSFER) {
      stream.refuse('file.params', 'no contents are taken now');
      return;
    }
    // A stream that the sender has ended may be on its way to the disk yet.
    const take = async (): Promise<void> => {
      try {
        if ('batch' in params) await this.#takeBatch(stream);
        else await this.#takeFile(stream, params);
      } catch (error) {
        stream.refuse('file.params', 'these contents are not taken');
        this.#fail(error);
      }
    };
    this.#queue.push({ stream, take });
    this.#takeNext();
  }

  #takeNext(): void {
    while (this.#streams.size < STREAMS_PER_TRANSFER) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      const work = next.take();
      this.#streams.add(work);
      void work.finally(() => {
        this.#streams.delete(work);
        this.#takeNext();
      });
    }
  }

  pause(): void {
    this.#isHerePaused = true;
    this.#tellPause();
  }

  go(): void {
    this.#isHerePaused = false;
    this.#tellPause();
  }

  /** Returns the numbers of files that are in their place, and of their bytes: of a transfer that was ended meanwhile some may be. */
  placed(): Readonly<{ files: number; bytes: number }> {
    return this.#placement.counts();
  }

  /** Ends the attempt. */
  stop(): void {
    this.#fail(new LinkError('link.closed', 'the transfer was stopped'));
  }

  async #read(): Promise<ReceivingEnd> {
    const { lines, received } = this.#options;
    for (let text = await lines.read(); text !== null; text = await lines.read()) {
      this.#aborting.signal.throwIfAborted();
      const line = parseSenderLine(text);
      switch (line.type) {
        case 'list':
          await received.addList(line.entries, async (bytes) => {
            await this.#space.take(bytes);
            this.#aborting.signal.throwIfAborted();
          });
          break;
        case 'list-end':
          await received.endList(line.hash);
          this.#wantAll();
          break;
        case 'lost':
          this.#loseThere(line.n, line.code);
          break;
        case 'pause':
          this.#notePause('peer');
          break;
        case 'go':
          this.#notePause(this.#isShort ? 'space' : undefined);
          break;
        case 'cancel':
          return { kind: 'cancelled', code: line.code };
        case 'offer':
        case 'cancelled':
          throw new FormatError('format.files', 'a stream carries one transfer');
      }
    }
    throw new LinkError('link.closed', 'the sender has ended the stream');
  }

  #wantAll(): void {
    if (this.#isWanting) throw new FormatError('format.files', 'the list was over');
    this.#isWanting = true;
    this.#listed.resolve();
  }

  /** Makes folders, asks for files, and puts all into its place when everything has come. */
  async #receive(): Promise<ReceivingEnd> {
    const { received } = this.#options;
    await this.#listed.promise;
    this.#aborting.signal.throwIfAborted();
    await this.#placement.look();
    await this.#placement.compare();
    this.#aborting.signal.throwIfAborted();
    await this.#checkKept();
    for (let n = 0; n < received.entries.count; n += 1) {
      if (this.#aborting.signal.aborted) break;
      if (this.#placement.has(n) || received.isLost(n)) continue;
      const codeAbove = received.lost.get(received.entries.folderOf(n));
      if (codeAbove !== undefined) {
        await received.lose(n, codeAbove);
      } else if (received.entries.isFolder(n)) {
        await this.#makeFolder(n);
      } else if (this.#placement.isSame(n)) {
        received.keepSame(n);
      } else if (received.isPending(n)) {
        while (this.#wanted.size >= MOST_WANTED && !this.#aborting.signal.aborted) await this.#waitForRoom();
        this.#want(n, 0);
      }
    }
    while (this.#wanted.size > 0 && !this.#aborting.signal.aborted) await this.#waitForRoom();
    await this.#unsynced.sync();
    this.#aborting.signal.throwIfAborted();
    await this.#gate.pass(this.#aborting.signal);
    return { kind: 'done', receipt: await this.#place() };
  }

  /** Makes a folder, or gives it up if its name is refused: then what is in it isn't asked for. */
  async #makeFolder(n: number): Promise<void> {
    const { folder, received } = this.#options;
    try {
      await folder.makeFolder(received.pathOf(n));
      received.keepFolder(n);
    } catch (error) {
      if (!isOfEntry(error)) throw error;
      await received.lose(n, errorCode(error));
    }
  }

  /** Looks whether files and parts of an earlier run are still there. */
  async #checkKept(): Promise<void> {
    const { folder, received } = this.#options;
    const kept: number[] = [];
    for (let n = 0; n < received.entries.count; n += 1)
      if (!received.entries.isFolder(n) && !this.#placement.has(n))
        if (received.isKept(n) || received.partOf(n) !== undefined) kept.push(n);
    for (let at = 0; at < kept.length; at += CHECKED_AT_A_TIME) {
      const some = kept.slice(at, at + CHECKED_AT_A_TIME);
      const sizes = await Promise.all(some.map((n) => folder.sizeOf(received.pathOf(n))));
      for (const [index, n] of some.entries()) {
        const size = sizes[index] ?? -1;
        const isThere = received.isKept(n) ? size === received.keptSize(n) : size >= bytesOf(received.partOf(n));
        if (!isThere) await received.drop(n);
      }
    }
  }

  #want(n: number, damaged: number): void {
    const { received, writer } = this.#options;
    const part = received.partOf(n);
    const from = bytesOf(part);
    this.#wanted.set(n, { from, damaged, receiving: undefined });
    writer.send({
      type: 'want',
      n,
      from,
      ...(part === undefined || from === 0 ? {} : { chunks: toHex(this.#options.crypto.sha256(part.hashes)) }),
    });
  }

  /** Returns what was asked for, whose contents come now. @throws {FormatError} for what wasn't; {FilesError} `file.too-large` */
  #claim(n: number, from: number, size: number): Wanted {
    const wanted = this.#wanted.get(n);
    const isTaken = wanted?.receiving !== undefined || this.#options.received.isLost(n);
    if (wanted === undefined || isTaken || (from !== 0 && from !== wanted.from))
      throw new FormatError('format.files', 'contents came that were not asked for');
    if (!isResumable(from, size)) throw new FormatError('format.files', 'contents begin inside of a chunk');
    this.#options.received.admit(n, size);
    return wanted;
  }

  async #takeFile(stream: IncomingStream, params: Exclude<ContentParams, { batch: true }>): Promise<void> {
    const { received } = this.#options;
    const { entry: n, from, size, mtime } = params;
    // The sender begins again while the end of what it has sent before is on its way to the disk.
    await this.#wanted.get(n)?.receiving;
    const wanted = this.#claim(n, from, size);
    const { promise, resolve } = Promise.withResolvers<void>();
    wanted.receiving = promise;
    const link = this.#accept(stream);
    try {
      const before = await received.begin(n, { from, size, mtime });
      const isWhole = await this.#receiveFile(link, n, { from, size, mtime, before });
      if (!isWhole) await this.#wantAgain(n, wanted.damaged);
      else this.#done(n);
    } catch (error) {
      // The sender begins again, or the session is lost, which ends the attempt anyway.
      if (error instanceof LinkError) return;
      link.reset(error instanceof FormatError ? FILES_RESET_PROTOCOL : FILES_RESET_OVER);
      if (isOfEntry(error)) await this.#lose(n, errorCode(error));
      else throw error;
    } finally {
      wanted.receiving = undefined;
      resolve();
      this.#links.delete(link);
    }
  }

  /** Writes the contents of a file as they come. @returns false if they are damaged */
  async #receiveFile(
    link: LinkStream,
    n: number,
    { from, size, mtime, before }: Readonly<{ from: number; size: number; mtime: number; before: Uint8Array }>,
  ): Promise<boolean> {
    const { clock, folder, received, onReceived, syncBytes = SYNC_BYTES } = this.#options;
    const { signal } = this.#aborting;
    const hashes = new Uint8Array(chunkCount(size) * HASH_BYTES);
    hashes.set(before);
    const begin = chunkCount(from);
    /** Number of chunks that are written, and of those that the journal has. */
    let written = begin;
    let journaled = begin;
    let lastSync = clock.monotonic();
    const buffers: [Uint8Array, Uint8Array] = [chunks.take(), chunks.take()];
    const file = await folder.openFile(received.pathOf(n), from === 0);
    const sync = async (): Promise<void> => {
      const upTo = written;
      if (upTo === journaled) return;
      lastSync = clock.monotonic();
      await file.sync();
      await received.keepChunks(n, { size, mtime, hashes: hashes.slice(0, upTo * HASH_BYTES) }, journaled);
      journaled = upTo;
    };
    let writing: Promise<void> = Promise.resolve();
    let syncing: Promise<void> | undefined;
    let problem: unknown;
    try {
      await file.truncate(from);
      for (let index = begin; index < chunkCount(size); index += 1) {
        await this.#gate.pass(signal);
        const buffer = (buffers[index % 2] ?? buffers[0]).subarray(0, chunkLength(size, index));
        if ((await fill(link, buffer)) < buffer.length) throw new FormatError('format.files', 'a file is too short');
        onReceived(buffer.length);
        this.#tellProgress();
        await writing;
        if (problem !== undefined) throw problem as Error;
        writing = this.#writeChunk(file, buffer, index, hashes).then(
          () => {
            written = index + 1;
            const isDue = (written - journaled) * CHUNK >= syncBytes || clock.monotonic() - lastSync >= SYNC_TIME;
            if (isDue && syncing === undefined)
              syncing = sync().then(
                () => (syncing = undefined),
                (error: unknown) => (problem = error),
              ) as Promise<void>;
          },
          (error: unknown) => {
            problem = error;
          },
        );
        // A slow disk slows the sender down.
        if ((written - journaled) * CHUNK >= 4 * syncBytes) await syncing;
      }
      const root = new Uint8Array(HASH_BYTES);
      const isEnded = (await fill(link, root)) === HASH_BYTES && (await link.read()) === null;
      if (!isEnded) throw new FormatError('format.files', 'a file is longer or shorter than its size');
      await writing;
      await syncing;
      if (problem !== undefined) throw problem as Error;
      if (!equalBytes(root, fileRoot(this.#options.crypto.sha256, size, hashes))) return false;
      // The last chunk needs no record of its own: the whole file gets one.
      await file.finish({ mtime, exec: this.#options.mayRun && received.entries.get(n).exec });
      await file.sync();
      await received.keep([{ n, size }]);
      journaled = written;
      return true;
    } finally {
      await writing;
      await syncing;
      // What has come by now isn't sent again.
      if (written > journaled && problem === undefined && !received.isKept(n)) await sync().catch(() => undefined);
      await file.close();
      for (const buffer of buffers) chunks.give(buffer);
    }
  }

  async #writeChunk(file: IncomingFile, bytes: Uint8Array, index: number, hashes: Uint8Array): Promise<void> {
    const hashing = sha256Of(this.#options.crypto, bytes);
    await this.#write(file, bytes, index * CHUNK);
    hashes.set(await hashing, index * HASH_BYTES);
  }

  /** Writes when there is space. */
  async #write(file: IncomingFile, bytes: Uint8Array, position: number): Promise<void> {
    for (;;) {
      await this.#space.take(bytes.length);
      this.#aborting.signal.throwIfAborted();
      try {
        await file.write(bytes, position);
        return;
      } catch (error) {
        if (errorCode(error) !== 'file.no-space') throw error;
        await this.#space.wait(bytes.length);
      }
    }
  }

  async #takeBatch(stream: IncomingStream): Promise<void> {
    const link = this.#accept(stream);
    const reader = new ExactReader(link);
    const writing = new Set<Promise<void>>();
    /** Entry whose contents are read now. */
    let reading: (() => void) | undefined;
    try {
      for (;;) {
        await this.#gate.pass(this.#aborting.signal);
        const head = await reader.read(HEAD_BYTES);
        if (head === undefined) break;
        const fields = new ByteReader(head);
        const n = fields.u32();
        const size = fields.u64();
        const mtime = fields.u64();
        const root = fields.bytes(HASH_BYTES);
        if (size > SMALL_FILE) throw new FormatError('format.files', 'a file is too large for a batch');
        const wanted = this.#claim(n, 0, size);
        const { promise, resolve } = Promise.withResolvers<void>();
        // It stays claimed after that: it settles when it is on the disk, or with the attempt.
        wanted.receiving = promise;
        reading = resolve;
        const bytes = await reader.read(size);
        if (bytes === undefined) throw new FormatError('format.files', 'a file is too short');
        this.#options.onReceived(size);
        const work = this.#takeSmall(n, { bytes, mtime, root, damaged: wanted.damaged })
          .catch((error: unknown) => this.#fail(error))
          .finally(() => {
            resolve();
            writing.delete(work);
          });
        writing.add(work);
        if (writing.size >= SMALL_AT_A_TIME) await Promise.race(writing);
        this.#tellProgress();
      }
    } catch (error) {
      if (error instanceof LinkError) return;
      link.reset(FILES_RESET_PROTOCOL);
      throw error;
    } finally {
      await Promise.all(writing);
      reading?.();
      this.#links.delete(link);
      // Nothing more comes for now, so these don't wait for others.
      this.#unsynced.sync().catch((error: unknown) => this.#fail(error));
    }
  }

  async #takeSmall(
    n: number,
    { bytes, mtime, root, damaged }: Readonly<{ bytes: Uint8Array; mtime: number; root: Uint8Array; damaged: number }>,
  ): Promise<void> {
    const { crypto, folder, received } = this.#options;
    const hashes = bytes.length === 0 ? new Uint8Array(0) : crypto.sha256(bytes);
    if (!equalBytes(root, fileRoot(crypto.sha256, bytes.length, hashes))) {
      await this.#wantAgain(n, damaged);
      return;
    }
    let file: IncomingFile | undefined;
    try {
      file = await folder.openFile(received.pathOf(n), true);
      if (bytes.length > 0) await this.#write(file, bytes, 0);
      await file.finish({ mtime, exec: this.#options.mayRun && received.entries.get(n).exec });
    } catch (error) {
      await file?.close();
      if (!isOfEntry(error)) throw error;
      await this.#lose(n, errorCode(error));
      return;
    }
    await this.#unsynced.add({ n, size: bytes.length, file });
  }

  async #wantAgain(n: number, damaged: number): Promise<void> {
    const { received } = this.#options;
    await received.drop(n);
    if (damaged >= SENT_AGAIN) await this.#lose(n, 'file.damaged');
    // The sender may have given it up meanwhile.
    else if (!received.isLost(n)) this.#want(n, damaged + 1);
  }

  /** The sender has given an entry up. It is settled when nothing is written to its part any more; the part is removed before anything is put into place. */
  #loseThere(n: number, code: string): void {
    const { received } = this.#options;
    const wanted = this.#wanted.get(n);
    if (wanted === undefined || received.isLost(n)) return;
    (async () => {
      await received.lose(n, code);
      await wanted.receiving;
      await this.#options.folder.giveUp?.(received.pathOf(n));
      this.#done(n);
    })().catch((error: unknown) => this.#fail(error));
  }

  async #lose(n: number, code: string): Promise<void> {
    const { folder, received } = this.#options;
    if (!this.#wanted.has(n)) return;
    await received.lose(n, code);
    await folder.giveUp?.(received.pathOf(n));
    this.#done(n);
  }

  #done(n: number): void {
    this.#wanted.delete(n);
    this.#room?.resolve();
    this.#tellProgress();
  }

  /** Waits until something that was wanted is settled. What has waited for the disk for a while isn't left waiting. */
  async #waitForRoom(): Promise<void> {
    this.#room ??= Promise.withResolvers();
    const room = this.#room;
    const abort = (): void => room.resolve();
    this.#aborting.signal.addEventListener('abort', abort, { once: true });
    const timer = this.#options.clock.setTimer(PROGRESS_PACE, () => {
      this.#unsynced.sync().then(abort, (error: unknown) => this.#fail(error));
    });
    await room.promise;
    timer.cancel();
    this.#aborting.signal.removeEventListener('abort', abort);
    if (this.#room === room) this.#room = undefined;
  }

  async #place(): Promise<Receipt> {
    const { received } = this.#options;
    const names = await this.#placement.place(this.#aborting.signal);
    const failures = [...received.lost].map(([n, code]) => ({ n, path: received.entries.pathOf(n), code }));
    return { files: received.files, bytes: received.bytes, failures, names, renamed: received.renamed };
  }

  #accept(stream: IncomingStream): LinkStream {
    const link = stream.accept({});
    this.#links.add(link);
    return link;
  }

  /** Reports a pause or its end, unless the attempt has ended: the transfer may be over, or run in another attempt by now. */
  #notePause(reason: 'peer' | 'space' | undefined): void {
    if (!this.#aborting.signal.aborted) this.#options.onPaused(reason);
  }

  #tellPause(code?: string): void {
    const { writer } = this.#options;
    const isPaused = this.#isHerePaused || this.#isShort;
    if (isPaused) this.#gate.close();
    else this.#gate.open();
    writer.send(isPaused ? { type: 'pause', ...(code === undefined ? {} : { code }) } : { type: 'go' });
  }

  #tellProgress(): void {
    this.#progress ??= this.#options.clock.setTimer(PROGRESS_PACE, () => {
      this.#progress = undefined;
      const { received, writer, onProgress } = this.#options;
      const { files, bytes } = received;
      if (this.#aborting.signal.aborted || (files === this.#toldFiles && bytes === this.#toldBytes)) return;
      this.#toldFiles = files;
      this.#toldBytes = bytes;
      writer.send({ type: 'progress', files, bytes });
      onProgress({ files, bytes });
    });
  }

  #fail(error: unknown): void {
    this.#failed.reject(error instanceof Error ? error : new Error(String(error)));
    this.#aborting.abort();
    for (const link of this.#links) link.reset(FILES_RESET_OVER);
  }

  /** Ends the streams, and writes to the disk what has come. */
  async #settle(): Promise<void> {
    this.#aborting.abort();
    this.#gate.open();
    this.#listed.resolve();
    for (const { stream } of this.#queue.splice(0)) stream.refuse('file.params', 'the attempt has ended');
    this.#progress?.cancel();
    for (const link of this.#links) link.reset(FILES_RESET_OVER);
    await Promise.all(this.#streams);
    await this.#unsynced.sync().catch(() => undefined);
  }
}

/** Returns the bytes of the beginning of a file that is here. */
function bytesOf(part: Part | undefined): number {
  return part === undefined ? 0 : Math.min(part.size, (part.hashes.length / HASH_BYTES) * CHUNK);
}

/** Reports whether an error means that one entry can't be written, rather than none. */
function isOfEntry(error: unknown): boolean {
  return error instanceof FilesError && error.code === 'file.name';
}
