import { StoreError, type DocumentFile, type LineFile } from '#shared/storage.ts';

/** A document as text in memory; `failure` makes the next operations of that kind fail as a disk does. */
export class MemoryDocumentFile implements DocumentFile {
  readonly location = '/profile/document.json';
  text: string | undefined;
  backup: string | undefined;
  readonly aside: string[] = [];
  writes = 0;
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

/** Lines in memory; `failing` makes appends reject. */
export class MemoryLineFile implements LineFile {
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
}
