import { ClawReachError } from './errors.ts';

/** Where the device's master secret lives: a 0600 file, or a key store of the operating system. */
export interface SecretStore {
  /** The secret, 32 bytes, in an array of the caller's own; undefined when none has been saved yet. */
  load(): Promise<Uint8Array | undefined>;
  /** Saves the first secret, 32 bytes. @throws {StoreError} `store.secret-exists`: a saved secret is never overwritten. */
  save(secret: Uint8Array): Promise<void>;
  /** Kind of the store for people, such as `file`. */
  describe(): string;
}

/**
 * One small JSON document and the copy before it. Knows nothing of what is in it: versions, checks and the choice between the two are the
 * business of the document store above.
 */
export interface DocumentFile {
  /** Where it lives, for people. */
  readonly location: string;
  /**
   * The parsed document, or undefined when there is none.
   * @throws {StoreError} `store.malformed` when it is not a JSON object, `store.unreadable` when it cannot be read.
   */
  read(): unknown;
  /** The same of the copy before. */
  readBackup(): unknown;
  /** Replaces the document as a whole or not at all. @throws {StoreError} `store.write` */
  write(document: Readonly<Record<string, unknown>>): void;
  /** Makes the document as it is now the copy before, as a whole or not at all. @throws {StoreError} `store.write` */
  backUp(): void;
  /** Moves a damaged document out of the way, keeping it. @returns where it is now. @throws {StoreError} `store.write` */
  setAside(): string;
}

/** An append-only file of lines. */
export interface LineFile {
  /** Appends one line (without its line feed) behind all earlier ones. */
  append(line: string): Promise<void>;
  /** At most `limit` lines, newest first; a torn one may be among them. */
  newest(limit: number): Promise<readonly string[]>;
}

/** Codes `store.*`; details carry `file` and, where it helps, `command` or `reason`. */
export class StoreError extends ClawReachError {
  override readonly name = 'StoreError';
}
