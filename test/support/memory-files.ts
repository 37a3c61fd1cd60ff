import { concatBytes } from '#shared/bytes/index.ts';
import {
  StoreError,
  type ClearableLineFile,
  type DocumentFile,
  type FileFolder,
  type GrowingFile,
  type StoredFile,
  type StoredProblem,
} from '#shared/storage.ts';

/** A document as text in memory; `failure` makes the next operations of that kind fail as a disk does. */
export class MemoryDocumentFile implements DocumentFile {
  readonly location = '/profile/document.json';
  text: string | undefined;
  backup: string | undefined;
  readonly aside: string[] = [];
  writes = 0;
  /** What a person was told of it last. */
  told: string | undefined;
  failure: Partial<Record<'read' | 'write', string>> = {};

  constructor(text?: string, backup?: string) {
    this.text = text;
    this.backup = backup;
  }

  read(): unknown {
    if (this.failure.read !== undefined) throw this.#error('store.unreadable', this.failure.read);
    return parse(this.text);
  }

  readBackup(): unknown {
    return parse(this.backup);
  }

  write(document: Readonly<Record<string, unknown>>): void {
    if (this.failure.write !== undefined) throw this.#error('store.write', this.failure.write);
    this.text = JSON.stringify(document);
    this.writes += 1;
  }

  backUp(): void {
    if (this.failure.write !== undefined) throw this.#error('store.write', this.failure.write);
    this.backup = this.text;
  }

  setAside(): string {
    if (this.failure.write !== undefined) throw this.#error('store.write', this.failure.write);
    if (this.text !== undefined) this.aside.push(this.text);
    this.text = undefined;
    return `${this.location}.damaged-${this.aside.length}`;
  }

  setBackupAside(): string {
    if (this.failure.write !== undefined) throw this.#error('store.write', this.failure.write);
    if (this.backup !== undefined) this.aside.push(this.backup);
    this.backup = undefined;
    return `${this.location}.bak.damaged-${this.aside.length}`;
  }

  reportProblem(problem: StoredProblem | undefined): void {
    this.told = problem?.code;
  }

  #error(code: string, reason: string): StoreError {
    return new StoreError(code, reason, { details: { file: this.location, reason } });
  }
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  throw new StoreError('store.malformed', 'not a JSON object');
}

/** Files in memory; `failing` makes appends reject, `gate` holds them up. */
export class MemoryFolder implements FileFolder {
  readonly files = new Map<string, Uint8Array>();
  failing = false;
  gate: Promise<void> = Promise.resolve();

  list(): Promise<readonly StoredFile[]> {
    return Promise.resolve([...this.files].map(([name, bytes]) => ({ name, size: bytes.length })));
  }

  create(name: string): Promise<GrowingFile> {
    if (this.failing || this.files.has(name)) return Promise.reject(new StoreError('store.write', 'disk full'));
    this.files.set(name, new Uint8Array());
    return Promise.resolve({
      append: async (bytes) => {
        await this.gate;
        if (this.failing) throw new StoreError('store.write', 'disk full');
        this.files.set(name, concatBytes(this.files.get(name) ?? new Uint8Array(), bytes));
      },
      close: () => Promise.resolve(),
    });
  }

  read(name: string, offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve((this.files.get(name) ?? new Uint8Array()).slice(offset, offset + length));
  }

  remove(name: string): Promise<void> {
    this.files.delete(name);
    return Promise.resolve();
  }

  text(name: string): string {
    return new TextDecoder().decode(this.files.get(name));
  }
}

/** Lines in memory; `failing` makes appends reject. */
export class MemoryLineFile implements ClearableLineFile {
  readonly lines: string[] = [];
  failing = false;

  append(line: string): Promise<void> {
    if (this.failing) return Promise.reject(new StoreError('store.write', 'disk full'));
    this.lines.push(line);
    return Promise.resolve();
  }

  newest(limit: number): Promise<readonly string[]> {
    return Promise.resolve(this.lines.toReversed().slice(0, limit));
  }

  clear(): Promise<void> {
    if (this.failing) return Promise.reject(new StoreError('store.write', 'disk full'));
    this.lines.length = 0;
    return Promise.resolve();
  }
}
