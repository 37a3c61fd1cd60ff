import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileSync } from 'atomically';
import { StoreError } from '#shared/storage.ts';

/** JSON file; setting `store` writes it, completely or not at all. Empty if it doesn't exist. */
export interface SettingsFile {
  store: Record<string, unknown>;
}

/** Function that opens `<name>.json` in the directory. Throws a SyntaxError if the file isn't JSON, and never replaces it by an empty one. */
export type OpenDocumentStore = (options: Readonly<{ directory: string; name: string }>) => SettingsFile;

/**
 * Opens a JSON file that only its owner can read, in the format of `conf`, with which the agent and the window in a browser open the same files. The
 * application doesn't: `conf` brings a validator of schemas, whose loading took a quarter of what precedes the window.
 */
export const openJsonFile: OpenDocumentStore = ({ directory, name }) => {
  const file = join(directory, `${name}.json`);
  return {
    get store() {
      return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
    },
    set store(next) {
      writeFileSync(file, JSON.stringify(next, undefined, '\t'), { mode: 0o600 });
    },
  };
};

export type JsonDocumentOptions = Readonly<{
  open: OpenDocumentStore;
  directory: string;
  name: string;
  /** Shows a message to the person. */
  showMessage(text: string): void;
}>;

/**
 * JSON file with state of the window, read once and kept in memory; `StoredWindowSettings` has three. A damaged file is renamed with a message and
 * defaults apply, so that the application starts all the same.
 */
export class JsonDocument<Value extends Readonly<Record<string, unknown>>> {
  readonly #options: JsonDocumentOptions;
  readonly #file: string;
  readonly #parse: (document: unknown) => Value | undefined;
  #store: SettingsFile | undefined;
  #value: Value | undefined;

  /** Opens the document. @param parse returns undefined for an invalid document */
  constructor(options: JsonDocumentOptions, parse: (document: unknown) => Value | undefined) {
    this.#options = options;
    this.#parse = parse;
    this.#file = join(options.directory, `${options.name}.json`);
    this.#load();
  }

  /** Returns the stored value; undefined until one is saved. */
  get value(): Value | undefined {
    return this.#value;
  }

  /** Saves a value. If writing fails, the value applies until the application ends. */
  save(value: Value): void {
    this.#value = value;
    try {
      this.#write(value);
    } catch (error) {
      this.#options.showMessage(
        `${this.#file} could not be saved: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** Saves a value, or changes nothing. @throws {StoreError} `store.write` */
  saveOrFail(value: Value): void {
    try {
      this.#write(value);
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new StoreError('store.write', `${this.#file} could not be saved`, {
        cause: error,
        details: { file: this.#file, reason },
      });
    }
    this.#value = value;
  }

  #write(value: Value): void {
    if (this.#store === undefined) throw new Error('it cannot be opened');
    this.#store.store = { ...value };
  }

  #load(): void {
    try {
      this.#checkWhole();
      const store = this.#open();
      this.#store = store;
      const document = store.store;
      if (Object.keys(document).length === 0) return;
      this.#value = this.#parse(document);
      if (this.#value === undefined) this.#setAside();
    } catch (error) {
      if (error instanceof SyntaxError) this.#setAside();
      else this.#options.showMessage(`${this.#file} cannot be read; the defaults are used for now`);
    }
  }

  /** Rejects documents that the store would take for empty and overwrite. @throws {SyntaxError} */
  #checkWhole(): void {
    if (!existsSync(this.#file)) return;
    const document: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
    if (typeof document !== 'object' || document === null || Array.isArray(document))
      throw new SyntaxError('not an object');
  }

  #open(): SettingsFile {
    const { open, directory, name } = this.#options;
    return open({ directory, name });
  }

  #setAside(): void {
    const aside = freeName(`${this.#file}.damaged`);
    try {
      renameSync(this.#file, aside);
      this.#options.showMessage(`${this.#file} was damaged; it is ${aside} now, and the defaults are used`);
      this.#store = this.#open();
    } catch {
      this.#store = undefined;
      this.#options.showMessage(`${this.#file} is damaged; the defaults are used for now`);
    }
  }
}

/** Returns a name for the damaged document that isn't in use yet. */
function freeName(name: string): string {
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name}-${number}`;
    if (!existsSync(free)) return free;
  }
}
