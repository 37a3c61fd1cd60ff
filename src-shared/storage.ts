import { ClawReachError } from './errors.ts';

/** Store of the device's master secret: a 0600 file, or a key store of the operating system. */
export interface SecretStore {
  /** The secret, 32 bytes, in an array of the caller's own; undefined when none has been saved yet. */
  load(): Promise<Uint8Array | undefined>;
  /** Saves the first secret, 32 bytes. @throws {StoreError} `store.secret-exists`: a saved secret is never overwritten. */
  save(secret: Uint8Array): Promise<void>;
  /** Kind of the store for people, such as `file`. */
  describe(): string;
}

/**
 * One small JSON document and its previous copy. Versions, checks and the choice between the two are up to the document
 * store above.
 */
export interface DocumentFile {
  /** Location of the document, for display. */
  readonly location: string;
  /**
   * The parsed document, or undefined when there is none.
   * @throws {StoreError} `store.malformed` when it is not a JSON object, `store.unreadable` when it cannot be read.
   */
  read(): unknown;
  /** Reads the previous copy in the same way. */
  readBackup(): unknown;
  /** Replaces the document as a whole or not at all. @throws {StoreError} `store.write` */
  write(document: Readonly<Record<string, unknown>>): void;
  /** Makes the document as it is now the copy before, as a whole or not at all. @throws {StoreError} `store.write` */
  backUp(): void;
  /** Moves a damaged document out of the way, keeping it. @returns where it is now. @throws {StoreError} `store.write` */
  setAside(): string;
  /** Sets the damaged previous copy aside in the same way. */
  setBackupAside(): string;
  /** Reports a problem with this document to the user; `undefined` clears it. */
  tell?(problem: StoredProblem | undefined): void;
}

/** A key of `ERROR_TEXTS` with the values of its placeholders, `file` excepted. */
export type StoredProblem = Readonly<{ code: string; details: Readonly<Record<string, string | number>> }>;

/** An append-only file of lines. */
export interface LineFile {
  /** Appends one line (without its line feed) behind all earlier ones. */
  append(line: string): Promise<void>;
  /** Returns at most `limit` lines, newest first; a torn line may be among them. */
  newest(limit: number): Promise<readonly string[]>;
  /** Writes all lines given so far and releases the file; later lines open it again. */
  close?(): Promise<void>;
}

/** A line file that can be emptied. */
export interface ClearableLineFile extends LineFile {
  /** Removes all lines given so far. @throws {StoreError} `store.write` */
  clear(): Promise<void>;
}

export type StoredFile = Readonly<{ name: string; size: number }>;

/** A file that is written from beginning to end. */
export interface GrowingFile {
  /** @throws {StoreError} `store.write` */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Files in a folder of their own. Names are letters, digits, `_` and `-`, with one ending. */
export interface FileFolder {
  /** @throws {StoreError} `store.unreadable` */
  list(): Promise<readonly StoredFile[]>;
  /** A new file. @throws {StoreError} `store.write`, also where there is one of that name */
  create(name: string): Promise<GrowingFile>;
  /**
   * Reads at most `length` bytes from `offset`; fewer at the end.
   * @throws {StoreError} `store.unreadable`
   */
  read(name: string, offset: number, length: number): Promise<Uint8Array>;
  /**
   * Removes the file, if there is one.
   * @throws {StoreError} `store.write`
   */
  remove(name: string): Promise<void>;
}

/** Codes `store.*`; details carry `file` and, where it helps, `command` or `reason`. */
export class StoreError extends ClawReachError {
  override readonly name = 'StoreError';
}
