import {
  CHUNK,
  chunkCount,
  chunkLength,
  FILES_LINE_BYTES,
  FILES_PARAMS,
  FILES_RESET_CHANGED,
  FILES_RESET_OVER,
  fileRoot,
  FilesError,
  HASH_BYTES,
  isResumable,
  LIST_LINE_ENTRIES,
  parseReceiverLine,
  SENT_AGAIN,
  SHOWN_ROOTS,
  SMALL_FILE,
  STREAMS_PER_TRANSFER,
  type FileFacts,
  type ListEntry,
  type Offer,
  type ReceiverLine,
  type SenderLine,
  type Sha256,
  type SourceDisk,
  type SourceFile,
  type SourceRoot,
} from '#shared/files/index.ts';
import { BufferPool, ByteWriter, concatBytes, equalBytes, fromHex } from '#shared/bytes/index.ts';
import { errorCode, FormatError } from '#shared/errors.ts';
import { LineReader } from '#shared/lines.ts';
import { LineWriter } from '#shared/line-writer.ts';
import { LinkError, type OutgoingStream, type Session } from '#shared/link/index.ts';
import { sha256Of, type FilesCrypto } from '../digest.ts';
import { Gate } from '../gate.ts';
import type { SentList } from './list-file.ts';

/** Small files that are read ahead of the stream, and their bytes. */
const READ_AHEAD = 16;
const READ_AHEAD_BYTES = 2 * CHUNK;
/** Bytes of small files that are written to the stream together. */
const TOGETHER = 65_536;

/** Buffers of the chunks that are read. Two for each stream. */
const chunks = new BufferPool(CHUNK, 2 * STREAMS_PER_TRANSFER);

/** End of an attempt that isn't lost: what the receiver says of the whole transfer. */
export type SendingEnd =
  | Readonly<{ kind: 'done'; line: Extract<ReceiverLine, { type: 'done' }> }>
  | Readonly<{ kind: 'refused'; code: string; retryAfter: number }>
  | Readonly<{ kind: 'cancelled' }>;

export type SendingOptions = Readonly<{
  id: string;
  session: Pick<Session, 'open'>;
  crypto: FilesCrypto;
  source: SourceDisk;
  roots: readonly SourceRoot[];
  /** Terminal on the receiver into whose folder the files go; undefined: its inbox. */
  terminal?: string | undefined;
  list: SentList;
  /** Shared folder of the receiver into which it goes; undefined: its inbox, or where it asked for it. */
  into?: Offer['into'];
  /** A person at the receiver is asked. */
  onAsked(): void;
  /** The receiver has taken the transfer, and has so much of it. */
  onTaken(counts: Readonly<{ files: number; bytes: number }>): void;
  onProgress(counts: Readonly<{ files: number; bytes: number }>): void;
  /** Bytes were given to the link. */
  onSent(bytes: number): void;
  /** A file has changed since it was listed. */
  onChanged(n: number): void;
  /** The receiver has paused, with a code if no person has, or goes on (undefined). */
  onPaused(pause: Readonly<{ code: string | undefined }> | undefined): void;
}>;

type Wanted = Readonly<{ n: number; from: number; chunks: string | undefined }>;
/** Small file as it was read. */
type ReadFile = Readonly<{ n: number; facts: FileFacts; bytes: Uint8Array }>;

/**
 * One attempt at sending a transfer, on one session: offers it, sends the list from where the receiver has it, and then what the receiver wants. Made
 * for each attempt by `OutgoingTransfer`.
 */
export class Sending {
  readonly #options: SendingOptions;
  readonly #aborting = new AbortController();
  readonly #gate = new Gate();
  readonly #failed = Promise.withResolvers<never>();
  readonly #large: Wanted[] = [];
  readonly #small: Wanted[] = [];
  readonly #changed = new Set<number>();
  #stream: OutgoingStream | undefined;
  #writer: LineWriter<SenderLine> | undefined;
  #open = 0;
  #isBatching = false;
  #isListed = false;

  constructor(options: SendingOptions) {
    this.#options = options;
    this.#failed.promise.catch(() => undefined);
  }

  /** Sends until the receiver has all, or refuses. @throws {LinkError} if the session is lost; {FormatError} for what the receiver says */
  async run(): Promise<SendingEnd> {
    const { session } = this.#options;
    const { signal } = this.#aborting;
    signal.throwIfAborted();
    const stream = session.open('rpc', FILES_PARAMS, { priority: 'normal', signal });
    this.#stream = stream;
    try {
      await stream.opened;
      const writer = new LineWriter<SenderLine>(stream);
      this.#writer = writer;
      writer.send(this.#offer());
      if (!this.#gate.isOpen) writer.send({ type: 'pause' });
      return await Promise.race([this.#read(new LineReader(stream, FILES_LINE_BYTES)), this.#failed.promise]);
    } finally {
      this.#aborting.abort();
      stream.reset(FILES_RESET_OVER);
    }
  }

  /** Stops sending until `go`. */
  pause(): void {
    if (!this.#gate.isOpen) return;
    this.#gate.close();
    this.#writer?.send({ type: 'pause' });
  }

  go(): void {
    if (this.#gate.isOpen) return;
    this.#gate.open();
    this.#writer?.send({ type: 'go' });
  }

  /** Tells the receiver that the transfer is cancelled, and ends the attempt. @returns false if there is no stream to tell it on */
  async cancel(code?: string): Promise<boolean> {
    const [stream, writer] = [this.#stream, this.#writer];
    if (stream === undefined || writer === undefined) {
      this.stop();
      return false;
    }
    writer.send({ type: 'cancel', ...(code === undefined ? {} : { code }) });
    await writer.flushed();
    // Resolves when the receiver has it.
    const isTold = await stream.end().then(
      () => true,
      () => false,
    );
    this.stop();
    return isTold;
  }

  /** Ends the attempt. */
  stop(): void {
    this.#failed.reject(new LinkError('link.closed', 'the transfer was stopped'));
    this.#aborting.abort();
  }

  #offer(): SenderLine {
    const {
      id,
      into,
      list: { entries },
      terminal,
    } = this.#options;
    const roots: { name: string; kind: ListEntry['kind'] }[] = [];
    let top = 0;
    for (let n = 0; n < entries.count; n += 1) {
      if (entries.folderOf(n) !== -1) continue;
      top += 1;
      if (roots.length < SHOWN_ROOTS) roots.push({ name: entries.get(n).name, kind: entries.get(n).kind });
    }
    return {
      type: 'offer',
      transfer: id,
      entries: entries.count,
      files: entries.files,
      bytes: entries.bytes,
      roots,
      top,
      ...(into === undefined ? {} : { into }),
      ...(terminal === undefined ? {} : { into: { terminal } }),
    };
  }

  async #read(lines: LineReader): Promise<SendingEnd> {
    for (let text = await lines.read(); text !== null; text = await lines.read()) {
      const line = parseReceiverLine(text);
      switch (line.type) {
        case 'ask':
          this.#options.onAsked();
          break;
        case 'take':
          if (this.#isListed || line.have > this.#options.list.entries.count)
            throw new FormatError('format.files', 'the receiver takes what was not offered');
          this.#isListed = true;
          this.#options.onTaken(line);
          // Not awaited: the receiver may pause or cancel meanwhile.
          this.#sendList(line.have).catch((error: unknown) => this.#failed.reject(asError(error)));
          break;
        case 'want':
          this.#want(line);
          break;
        case 'progress':
          this.#options.onProgress(line);
          break;
        case 'pause':
          this.#options.onPaused({ code: line.code });
          break;
        case 'go':
          this.#options.onPaused(undefined);
          break;
        case 'cancel':
          return { kind: 'cancelled' };
        case 'refuse':
          return { kind: 'refused', code: line.code, retryAfter: line.retryAfter ?? 0 };
        case 'done':
          return { kind: 'done', line };
      }
    }
    throw new LinkError('link.closed', 'the receiver has ended the stream');
  }

  async #sendList(have: number): Promise<void> {
    const { entries } = this.#options.list;
    const writer = this.#writer;
    if (writer === undefined) return;
    let line: ListEntry[] = [];
    let length = 0;
    const flush = async (): Promise<void> => {
      if (line.length > 0) writer.send({ type: 'list', entries: line });
      line = [];
      length = 0;
      await writer.room();
    };
    for (let n = have; n < entries.count; n += 1) {
      if (this.#aborting.signal.aborted) return;
      const entry = entries.get(n);
      // Of any character at most six bytes.
      const bytes = 96 + 6 * entry.name.length;
      if (line.length >= LIST_LINE_ENTRIES || length + bytes > FILES_LINE_BYTES - 64) await flush();
      line.push(entry);
      length += bytes;
    }
    await flush();
    writer.send({ type: 'list-end', hash: entries.hash() });
  }

  #want({ n, from, chunks: digest }: Extract<ReceiverLine, { type: 'want' }>): void {
    const { entries } = this.#options.list;
    if (!this.#isListed || n >= entries.count || entries.isFolder(n))
      throw new FormatError('format.files', 'the receiver wants what was not offered');
    if (this.#large.length + this.#small.length > entries.count)
      throw new FormatError('format.files', 'the receiver wants too much');
    (from === 0 && entries.sizeOf(n) <= SMALL_FILE ? this.#small : this.#large).push({ n, from, chunks: digest });
    this.#pump();
  }

  /** Starts streams while there is something to send. */
  #pump(): void {
    while (this.#open < STREAMS_PER_TRANSFER && !this.#aborting.signal.aborted) {
      const job = this.#next();
      if (job === undefined) return;
      this.#open += 1;
      job()
        .catch((error: unknown) => this.#failed.reject(asError(error)))
        .finally(() => {
          this.#open -= 1;
          this.#pump();
        });
    }
  }

  #next(): (() => Promise<void>) | undefined {
    if (this.#small.length > 0 && !this.#isBatching) {
      this.#isBatching = true;
      return async () => await this.#sendBatch().finally(() => (this.#isBatching = false));
    }
    const wanted = this.#large.shift();
    return wanted === undefined ? undefined : async () => await this.#sendFile(wanted);
  }

  /** Sends one file, again if it changes meanwhile. A file that can't be sent is told as lost. */
  async #sendFile(wanted: Wanted): Promise<void> {
    const { n } = wanted;
    try {
      for (let again = 0; !(await this.#sendOnce(again === 0 ? wanted : { n, from: 0, chunks: undefined })); again += 1)
        if (again >= SENT_AGAIN) throw new FilesError('file.busy', 'the file keeps changing');
    } catch (error) {
      this.#lose(n, error);
    }
  }

  /** Sends the contents of a file once. @returns false if it has changed while it was read */
  async #sendOnce({ n, from: wantedFrom, chunks: digest }: Wanted): Promise<boolean> {
    const { id, crypto, session } = this.#options;
    const { signal } = this.#aborting;
    const file = await this.#openFile(n);
    let stream: OutgoingStream | undefined;
    const buffers: [Uint8Array, Uint8Array] = [chunks.take(), chunks.take()];
    let reading: Promise<Uint8Array> | undefined;
    try {
      const { size, mtime } = file.opened;
      this.#noteVersion(n, file.opened);
      const hashes = new Uint8Array(chunkCount(size) * HASH_BYTES);
      let from = 0;
      if (wantedFrom > 0 && isResumable(wantedFrom, size)) {
        await this.#hashBefore(file, wantedFrom, size, hashes, buffers[0]);
        const own = crypto.sha256(hashes.subarray(0, chunkCount(wantedFrom) * HASH_BYTES));
        // Otherwise the file isn't the one of which the receiver has the beginning.
        if (equalBytes(own, fromHex(digest ?? ''))) from = wantedFrom;
      }
      stream = session.open('file', { transfer: id, entry: n, from, size, mtime }, { priority: 'bulk', signal });
      await stream.opened;
      const begin = chunkCount(from);
      reading = this.#readChunk(file, buffers[0], size, begin);
      let isChanged = false;
      for (let index = begin; index < chunkCount(size) && !isChanged; index += 1) {
        const bytes = await reading;
        isChanged = bytes.length < chunkLength(size, index);
        if (isChanged) break;
        const other = buffers[(index - begin + 1) % 2] ?? buffers[0];
        if (index + 1 < chunkCount(size)) {
          reading = this.#readChunk(file, other, size, index + 1);
          // Awaited in the next round, or at the end.
          reading.catch(() => undefined);
        }
        await this.#gate.pass(signal);
        const hashing = sha256Of(crypto, bytes);
        await stream.write(bytes);
        this.#options.onSent(bytes.length);
        hashes.set(await hashing, index * HASH_BYTES);
      }
      if (isChanged || (await file.facts()).version !== file.opened.version) {
        this.#noteChange(n);
        stream.reset(FILES_RESET_CHANGED);
        return false;
      }
      await stream.write(fileRoot(crypto.sha256, size, hashes));
      await stream.end();
      return true;
    } catch (error) {
      stream?.reset(FILES_RESET_OVER);
      throw error;
    } finally {
      // The buffers are another's afterwards.
      await reading?.catch(() => undefined);
      await file.close();
      for (const buffer of buffers) chunks.give(buffer);
    }
  }

  async #readChunk(
    file: Pick<SourceFile, 'read'>,
    buffer: Uint8Array,
    size: number,
    index: number,
  ): Promise<Uint8Array> {
    if (index >= chunkCount(size)) return new Uint8Array(0);
    const target = buffer.subarray(0, chunkLength(size, index));
    return target.subarray(0, await file.read(target, index * CHUNK));
  }

  /** Hashes the chunks before a byte. A chunk that the file no longer has gets no hash, so that the digest differs. */
  async #hashBefore(
    file: Pick<SourceFile, 'read'>,
    end: number,
    size: number,
    hashes: Uint8Array,
    buffer: Uint8Array,
  ): Promise<void> {
    for (let index = 0; index < chunkCount(end); index += 1) {
      if (this.#aborting.signal.aborted) return;
      const bytes = await this.#readChunk(file, buffer, size, index);
      hashes.set(await sha256Of(this.#options.crypto, bytes), index * HASH_BYTES);
    }
  }

  /** Sends the small files that are wanted, and those that are wanted meanwhile, on one stream. */
  async #sendBatch(): Promise<void> {
    const { id, crypto, session } = this.#options;
    const { signal } = this.#aborting;
    const stream = session.open('file', { transfer: id, batch: true }, { priority: 'bulk', signal });
    try {
      await stream.opened;
      const ahead: Readonly<{ n: number; bytes: number; reading: Promise<ReadFile | undefined> }>[] = [];
      let aheadBytes = 0;
      let waiting: Uint8Array[] = [];
      let waitingBytes = 0;
      const flush = async (): Promise<void> => {
        if (waiting.length === 0) return;
        await this.#gate.pass(signal);
        const all = concatBytes(...waiting);
        waiting = [];
        waitingBytes = 0;
        await stream.write(all);
      };
      for (;;) {
        while (this.#small.length > 0 && ahead.length < READ_AHEAD && aheadBytes < READ_AHEAD_BYTES) {
          const { n } = this.#small.shift() ?? { n: 0 };
          const bytes = this.#options.list.entries.sizeOf(n);
          aheadBytes += bytes;
          ahead.push({ n, bytes, reading: this.#readSmall(n) });
        }
        const next = ahead.shift();
        if (next === undefined) {
          await flush();
          // What was wanted meanwhile.
          if (this.#small.length > 0) continue;
          break;
        }
        aheadBytes -= next.bytes;
        const read = await next.reading;
        if (signal.aborted) return;
        if (read === undefined) continue;
        const head = headOf(crypto.sha256, read);
        waiting.push(head, read.bytes);
        waitingBytes += head.length + read.bytes.length;
        this.#options.onSent(read.bytes.length);
        if (waitingBytes >= TOGETHER) await flush();
      }
      await stream.end();
    } catch (error) {
      stream.reset(FILES_RESET_OVER);
      throw error;
    }
  }

  /** Reads a small file whole. @returns undefined if it is lost, or has become too large and is sent by itself. Never rejects */
  async #readSmall(n: number): Promise<ReadFile | undefined> {
    try {
      for (let again = 0; again <= SENT_AGAIN; again += 1) {
        const file = await this.#openFile(n);
        try {
          const { size } = file.opened;
          this.#noteVersion(n, file.opened);
          if (size > SMALL_FILE) {
            this.#large.push({ n, from: 0, chunks: undefined });
            this.#pump();
            return undefined;
          }
          const bytes = new Uint8Array(size);
          const length = size === 0 ? 0 : await file.read(bytes, 0);
          const isSame = length === size && (await file.facts()).version === file.opened.version;
          if (isSame) return { n, facts: file.opened, bytes };
          this.#noteChange(n);
        } finally {
          await file.close();
        }
      }
      throw new FilesError('file.busy', 'the file keeps changing');
    } catch (error) {
      this.#lose(n, error);
      return undefined;
    }
  }

  #noteVersion(n: number, facts: FileFacts): void {
    if (facts.version !== this.#options.list.versions[n]) this.#noteChange(n);
  }

  #noteChange(n: number): void {
    if (this.#changed.has(n)) return;
    this.#changed.add(n);
    this.#options.onChanged(n);
  }

  /** Tells that a file can't be sent. @throws the error if it isn't about the file */
  #lose(n: number, error: unknown): void {
    if (this.#aborting.signal.aborted) return;
    if (!(error instanceof FilesError)) {
      this.#failed.reject(asError(error));
      return;
    }
    this.#writer?.send({ type: 'lost', n, code: errorCode(error) });
  }

  async #openFile(n: number): Promise<SourceFile> {
    const {
      list: { entries },
      roots,
      source,
    } = this.#options;
    const [top = 0] = entries.lineOf(n);
    const root = roots[this.#topIndex(top)];
    if (root === undefined) throw new FilesError('file.gone', 'no such root');
    return await source.open(root.path, entries.pathOf(n).slice(1));
  }

  /** Numbers of the entries at the top, by which the root of each is found. */
  #tops: ReadonlyMap<number, number> | undefined;

  #topIndex(top: number): number {
    if (this.#tops === undefined) {
      const { entries } = this.#options.list;
      const tops = new Map<number, number>();
      for (let n = 0; n < entries.count; n += 1) if (entries.folderOf(n) === -1) tops.set(n, tops.size);
      this.#tops = tops;
    }
    return this.#tops.get(top) ?? -1;
  }
}

/** Returns the head of a small file on a stream: number, size, time and root. */
function headOf(sha256: Sha256, { n, facts: { size, mtime }, bytes }: ReadFile): Uint8Array {
  const hashes = size === 0 ? new Uint8Array(0) : sha256(bytes);
  return new ByteWriter()
    .u32(n)
    .u64(size)
    .u64(mtime)
    .bytes(fileRoot(sha256, size, hashes))
    .finish();
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
