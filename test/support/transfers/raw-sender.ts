import { createHash } from 'node:crypto';
import {
  encodeFilesLine,
  entryText,
  FILES_LINE_BYTES,
  FILES_PARAMS,
  fileRoot,
  parseReceiverLine,
  type ListEntry,
  type Offer,
  type ReceiverLine,
  type SenderLine,
} from '#shared/files/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { LineReader } from '#shared/lines.ts';
import type { OutgoingStream, Session } from '#shared/link/index.ts';

const CHUNK = 1_048_576;

/** Returns an entry of a list at the top, with other fields where given. */
export function entry(name: string, given: Partial<ListEntry> = {}): ListEntry {
  return { in: -1, name, kind: 'file', size: 0, mtime: 1_700_000_000_000, exec: false, ...given };
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/** Returns the root of a file's contents. */
export function rootOf(bytes: Uint8Array): Uint8Array {
  const hashes = [];
  for (let at = 0; at < bytes.length; at += CHUNK) hashes.push(sha256(bytes.subarray(at, at + CHUNK)));
  return fileRoot(sha256, bytes.length, Buffer.concat(hashes));
}

/** A sender that says whatever a test wants. */
export class RawSender {
  readonly #session: Session;
  readonly stream: OutgoingStream;
  readonly #lines: LineReader;
  readonly id: string;

  private constructor(session: Session, id: string) {
    this.#session = session;
    this.id = id;
    this.stream = session.open('rpc', FILES_PARAMS);
    this.#lines = new LineReader(this.stream, FILES_LINE_BYTES);
  }

  static async open(session: Session | undefined, id = 'ab'.repeat(16)): Promise<RawSender> {
    if (session === undefined) throw new Error('no session');
    const sender = new RawSender(session, id);
    await sender.stream.opened;
    return sender;
  }

  async say(line: SenderLine | Readonly<Record<string, unknown>>): Promise<void> {
    await this.stream.write(toUtf8(`${JSON.stringify(line)}\n`)).catch(() => undefined);
  }

  /** Offers entries, with other fields where given. */
  async offer(entries: readonly ListEntry[], given: Partial<Offer> = {}): Promise<void> {
    const files = entries.filter(({ kind }) => kind === 'file');
    const tops = entries.filter((one) => one.in === -1);
    const offer: SenderLine = {
      type: 'offer',
      transfer: this.id,
      entries: entries.length,
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      roots: tops.slice(0, 16).map(({ name, kind }) => ({ name, kind })),
      top: tops.length,
      ...given,
    };
    await this.stream.write(encodeFilesLine(offer));
  }

  /** Sends the list and its end. @param all what the end is about */
  async list(entries: readonly ListEntry[], all = entries): Promise<void> {
    if (entries.length > 0) await this.say({ type: 'list', entries });
    const hash = createHash('sha256');
    for (const one of all) hash.update(entryText(one));
    await this.say({ type: 'list-end', hash: hash.digest('hex') });
  }

  /** Offers entries and lists them, as an honest sender does. */
  async begin(entries: readonly ListEntry[]): Promise<void> {
    await this.offer(entries);
    await this.next('take');
    await this.list(entries);
  }

  /** Returns the next line of this kind; lines of progress are passed over. @throws {Error} for another line, or the end */
  async next<Type extends ReceiverLine['type']>(type: Type): Promise<Extract<ReceiverLine, { type: Type }>> {
    for (;;) {
      const line = await this.last();
      if (line?.type === type) return line as Extract<ReceiverLine, { type: Type }>;
      if (line?.type !== 'progress') throw new Error(`${JSON.stringify(line)} in place of ${type}`);
    }
  }

  /** Returns the next line; undefined if the receiver has ended the stream. */
  async last(): Promise<ReceiverLine | undefined> {
    const line = await this.#lines.read().catch(() => null);
    return line === null ? undefined : parseReceiverLine(line);
  }

  /** Opens a stream for the contents of a file. */
  openContents(
    n: number,
    { size, from = 0, transfer = this.id }: Readonly<{ size: number; from?: number; transfer?: string }>,
  ): OutgoingStream {
    return this.#session.open('file', { transfer, entry: n, from, size, mtime: 1 });
  }

  /** Opens a stream for small files. */
  openBatch(): OutgoingStream {
    return this.#session.open('file', { transfer: this.id, batch: true });
  }

  /** Sends the contents of a file on a stream of their own. */
  async contents(
    n: number,
    bytes: Uint8Array,
    given: Readonly<{ size?: number; from?: number; root?: Uint8Array; transfer?: string }> = {},
  ): Promise<OutgoingStream> {
    const { size = bytes.length, root = rootOf(bytes) } = given;
    const stream = this.openContents(n, { ...given, size });
    await stream.opened;
    await stream.write(bytes).catch(() => undefined);
    await stream.write(root).catch(() => undefined);
    await stream.end();
    return stream;
  }
}
