import { FilesError, PAGE_FILE_BYTES } from '#shared/files/index.ts';

/** Bytes of chunks that are put into a blob together, which the browser may keep outside of memory. */
const TOGETHER = 16_777_216;

/** File of a transfer to this browser that grows. It stays open between two attempts, until it is whole or given up. */
export interface Writer {
  readonly size: number;
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Makes the file whole: what was written is there from now on. */
  finish(): Promise<void>;
  /** Gives up what was written. Never rejects. */
  discard(): Promise<void>;
}

/** Writer into a file that a person has picked, or one in a picked folder. The browser puts it into its place when it is whole. */
export class HandleWriter implements Writer {
  readonly #handle: FileSystemFileHandle;
  readonly #stream: FileSystemWritableFileStream;
  #size = 0;
  #isOver = false;
  /** Closing, which puts the contents into their place; it may fail. */
  #closing: Promise<void> | undefined;

  private constructor(handle: FileSystemFileHandle, stream: FileSystemWritableFileStream) {
    this.#handle = handle;
    this.#stream = stream;
  }

  /** @throws {FilesError} `file.disk` */
  static async open(handle: FileSystemFileHandle): Promise<HandleWriter> {
    return new HandleWriter(handle, await writing(() => handle.createWritable()));
  }

  get size(): number {
    return this.#size;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    await writing(() => this.#stream.write({ type: 'write', position, data: bytes as Uint8Array<ArrayBuffer> }));
    this.#size = Math.max(this.#size, position + bytes.length);
  }

  async truncate(size: number): Promise<void> {
    if (size === this.#size) return;
    await writing(() => this.#stream.truncate(size));
    this.#size = size;
  }

  async finish(): Promise<void> {
    this.#isOver = true;
    // A second call waits for the same end, and fails with it.
    await (this.#closing ??= writing(() => this.#stream.close()));
  }

  async discard(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      await this.#stream.abort();
      // The dialog has made an empty file, which no one wants any more.
      if ((await this.#handle.getFile()).size === 0) await (this.#handle as Removable).remove?.();
    } catch {
      // It stays, empty.
    }
  }
}

/** Handle that can remove its file, which not every browser has. */
type Removable = FileSystemFileHandle & Readonly<{ remove?(): Promise<void> }>;

/** Writer into memory, for a browser that lets pages write to no file. Bounded, also for a machine that sends more than it has told. */
export class MemoryWriter implements Writer {
  #kept = new Blob([]);
  #pending: Uint8Array<ArrayBuffer>[] = [];
  #pendingBytes = 0;

  get size(): number {
    return this.#kept.size + this.#pendingBytes;
  }

  /** Bytes that were written. */
  get contents(): Blob {
    this.#keepPending();
    return this.#kept;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    if (position + bytes.length > PAGE_FILE_BYTES)
      throw new FilesError('file.browser-memory', 'the file is too large for the memory of a page');
    if (position !== this.size) await this.truncate(position);
    if (position !== this.size) throw new FilesError('file.protocol', 'a file has a gap');
    // The caller uses its buffer again.
    this.#pending.push(Uint8Array.from(bytes));
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= TOGETHER) this.#keepPending();
  }

  truncate(size: number): Promise<void> {
    if (size < this.size) this.#kept = this.contents.slice(0, size);
    return Promise.resolve();
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  discard(): Promise<void> {
    this.#kept = new Blob([]);
    this.#pending = [];
    this.#pendingBytes = 0;
    return Promise.resolve();
  }

  #keepPending(): void {
    if (this.#pendingBytes === 0) return;
    this.#kept = new Blob([this.#kept, ...this.#pending]);
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

/** Does something with a picked file or folder. @throws {FilesError} `file.name` for a name that the browser refuses, otherwise `file.disk` */
export async function writing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof FilesError) throw cause;
    const isName = cause instanceof TypeError && /name is not allowed/i.test(cause.message);
    throw new FilesError(isName ? 'file.name' : 'file.disk', 'the browser could not write', {
      cause,
      details: { reason: cause instanceof Error ? cause.name : '' },
    });
  }
}
