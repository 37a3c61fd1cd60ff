import { ClawReachError } from './errors.ts';

/**
 * Store of the device's master secret: a file with mode 0600, or the key store of the operating system. The interfaces in this file are what the
 * agent, and the settings of the window, need from a disk; `src-node` and the desktop application implement them, tests use doubles.
 */
export interface SecretStore {
  /** Returns the secret, 32 bytes, in an array that the caller owns; undefined if none has been saved. */
  load(): Promise<Uint8Array | undefined>;
  /** Saves the first secret, 32 bytes. @throws {StoreError} `store.secret-exists` if there is one: a secret is never overwritten */
  save(secret: Uint8Array): Promise<void>;
  /** Returns the kind of store for people, such as `file`. */
  describe(): string;
}

/**
 * One small JSON document and a backup copy of its previous content. The agent's document store checks content and version, and chooses between
 * the two.
 */
export interface DocumentFile {
  /** Path of the document, for display. */
  readonly location: string;
  /**
   * Reads and parses the document; undefined if there is none.
   * @throws {StoreError} `store.malformed` if it isn't a JSON object, `store.unreadable` if it can't be read
   */
  read(): unknown;
  /** Reads the backup copy in the same way. */
  readBackup(): unknown;
  /** Replaces the document atomically. @throws {StoreError} `store.write` */
  write(document: Readonly<Record<string, unknown>>): void;
  /** Copies the current document to the backup, atomically. @throws {StoreError} `store.write` */
  backUp(): void;
  /** Renames a damaged document, to keep it. @returns its new path @throws {StoreError} `store.write` */
  setAside(): string;
  /** Renames a damaged backup copy in the same way. */
  setBackupAside(): string;
  /** Reports a problem with this document to the person; undefined clears the report. */
  reportProblem?(problem: StoredProblem | undefined): void;
}

/** Problem with a document: an error code, and the values for its text's placeholders except `file`. */
export type StoredProblem = Readonly<{ code: string; details: Readonly<Record<string, string | number>> }>;

/** File to which lines are appended, such as the audit log. */
export interface LineFile {
  /** Appends one line, given without its line feed. */
  append(line: string): Promise<void>;
  /** Returns the last `limit` lines, newest first. One of them may be torn by a crash. */
  newest(limit: number): Promise<readonly string[]>;
  /** Writes all pending lines and closes the file. A later `append` opens it again. */
  close?(): Promise<void>;
}

/** Line file that can be emptied. */
export interface ClearableLineFile extends LineFile {
  /** Removes all lines. @throws {StoreError} `store.write` */
  clear(): Promise<void>;
}

/** Location of a record in a `JournalFile`, bytes. Valid until the journal is replaced. */
export type RecordPlace = Readonly<{ offset: number; length: number }>;

/**
 * File to which records are appended, and that says when they are on the disk. A record that a crash has torn is recognized and cut off with those
 * after it, of which no one was told that they are on the disk.
 */
export interface JournalFile {
  /**
   * Reads all records, oldest first. Called once, before the other methods.
   * @throws {StoreError} `store.unreadable`
   */
  load(each: (record: Uint8Array, place: RecordPlace) => void): Promise<void>;
  /**
   * Appends records, and resolves when they are on the disk. Calls that come while one is on its way are written together. After a failure the file is
   * as before.
   * @param applied called with the records' places when they are on the disk, before anything else happens to the file
   * @throws {StoreError} `store.write`
   */
  append(records: readonly Uint8Array[], applied?: (places: readonly RecordPlace[]) => void): Promise<void>;
  /** Reads one record. @throws {StoreError} `store.unreadable` */
  read(place: RecordPlace): Promise<Uint8Array>;
  /**
   * Replaces all records atomically. Appended records wait meanwhile.
   * @param begin called in its turn; returns what the file will contain: records, or places of records to copy
   * @param applied called with the new places, in the same order
   * @throws {StoreError} `store.write`. If `applied` was called, the new records are in use all the same, and the next append makes them permanent
   */
  replace(
    begin: () => Iterable<Uint8Array | RecordPlace>,
    applied: (places: readonly RecordPlace[]) => void,
  ): Promise<void>;
  /** Size in bytes. */
  readonly size: number;
  /** Resolves when all records given so far are written. */
  close(): Promise<void>;
}

/** File in a `FileFolder`; `size` in bytes. */
export type StoredFile = Readonly<{ name: string; size: number }>;

/** File that is written once, from beginning to end. */
export interface GrowingFile {
  /** Appends bytes. @throws {StoreError} `store.write` */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Folder that contains only files of one kind, such as recordings. Names consist of letters, digits, `_` and `-`, and all have the same ending. */
export interface FileFolder {
  /** Lists the files. @throws {StoreError} `store.unreadable` */
  list(): Promise<readonly StoredFile[]>;
  /** Creates a file. @throws {StoreError} `store.write`, also if the name exists */
  create(name: string): Promise<GrowingFile>;
  /**
   * Reads at most `length` bytes from `offset`; fewer at the end of the file.
   * @throws {StoreError} `store.unreadable`
   */
  read(name: string, offset: number, length: number): Promise<Uint8Array>;
  /**
   * Removes the file if it exists.
   * @throws {StoreError} `store.write`
   */
  remove(name: string): Promise<void>;
}

/** Failure of the disk or key store. Codes `store.*`; the details have `file` and, if it helps, `command` or `reason`. */
export class StoreError extends ClawReachError {
  override readonly name = 'StoreError';
}
