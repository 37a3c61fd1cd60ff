import type { PutMode } from './folder-wire.ts';
import type { JournalFile } from '../storage.ts';
import type { NameRules } from './names.ts';
import type { ListEntry } from './wire.ts';

/** State of a file at one moment. `version` is different after each change: inode, size and time of modification in ns. `mtime`: ms since 1970. */
export type FileFacts = Readonly<{ size: number; mtime: number; version: string }>;

/** File that is open for reading. */
export interface SourceFile {
  /** State of the file when it was opened. */
  readonly opened: FileFacts;
  /** Returns the state of the file now. */
  facts(): Promise<FileFacts>;
  /** Fills `target` from `position`. @returns number of bytes; fewer at the end of the file */
  read(target: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/** Entry found below the roots of a transfer, with its version. */
export type SourceEntry = ListEntry & Readonly<{ version: string }>;

/** File or folder at the top of a transfer: its path without links, its name at the receiver, and the bytes of a file when it was found. */
export type SourceRoot = Readonly<{ path: string; name: string; size?: number | undefined }>;

/** Rules for what is left out of folders. */
export type SourceRules = Readonly<{ ofAgent: boolean }>;

/** Files of this machine that are sent. Paths are absolute. All methods throw {FilesError} `file.*`. */
export interface SourceDisk {
  /** Finds a file or folder that a person has named, through links. @throws {FilesError} `file.missing`, `file.unreadable` */
  find(path: string): Promise<SourceRoot>;
  /**
   * Lists files and folders below the roots, each folder before its contents. Follows no links.
   * @param each called for each entry with its number, from 0, in order
   * @param rules `ofAgent`: an agent sends them, so that hidden files and profiles of ClawReach are left out, too
   * @returns number of entries that are left out: links, devices, names that can't be sent, and those
   * @throws {FilesError} `file.gone`, `file.unreadable`, `file.too-many`
   */
  list(
    roots: readonly SourceRoot[],
    each: (entry: SourceEntry) => Promise<void> | void,
    signal: AbortSignal,
    rules?: SourceRules,
  ): Promise<Readonly<{ leftOut: number }>>;
  /** Opens a root, or the file with these names below it, without following a link. @throws {FilesError} `file.gone`, `file.unreadable` */
  open(root: string, names?: readonly string[]): Promise<SourceFile>;
}

/** Disk of this machine, from which agents may send files, too. */
export interface OwnDisk extends SourceDisk {
  /**
   * Checks a folder below which an agent may send files.
   * @returns its real path
   * @throws {FilesError} `file.folder`; `file.profile` if it is part of a profile of ClawReach
   */
  grant(folder: string): Promise<string>;
  /**
   * Finds a file or folder that an agent has named, below the folder that a person has granted, as `grant` returned it. A relative path begins there.
   * @throws {FilesError} as `find`; `file.outside`, also through a link; `file.hidden`; `file.profile`
   */
  findBelow(folder: string, path: string): Promise<SourceRoot>;
}

/** Lists of the transfers from this machine, in its profile, and files that were made for a transfer. */
export interface TransferStore {
  /** Writes the list of a transfer, one text per line. @throws {StoreError} `store.write` */
  writeList(id: string): Promise<Readonly<{ append(lines: string): Promise<void>; close(): Promise<void> }>>;
  /** Reads the list of a transfer. @throws {StoreError} `store.unreadable` */
  readList(id: string): AsyncIterable<string>;
  /** Removes what the profile has of a transfer. */
  remove(id: string): Promise<void>;
  /** Creates a private file for contents to be sent: with these, on the disk, or empty. @returns its path @throws {StoreError} `store.write` */
  spool(contents?: Uint8Array): Promise<string>;
  /** Removes such a file. Does nothing for any other path. */
  removeSpool(path: string): Promise<void>;
  isSpool(path: string): boolean;
  /** Removes the lists of all but these transfers, and the files for contents of earlier runs that aren't at these paths. */
  removeOthers(ids: Iterable<string>, paths: Iterable<string>): Promise<void>;
}

/** File of a transfer that arrives. */
export interface IncomingFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Shortens the file. */
  truncate(size: number): Promise<void>;
  /** Resolves when all that was written is on the disk. */
  sync(): Promise<void>;
  /** Sets the time of modification, ms since 1970, and whether the owner may run it. */
  finish(facts: Readonly<{ mtime: number; exec: boolean }>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Folder in which a transfer arrives, `.incoming/ID` in the folder into which it goes; in a shared folder at its top, if that is on the same disk. Only its owner may enter. Paths are names below
 * it, and no link in them is followed.
 */
export interface IncomingFolder {
  readonly journal: JournalFile;
  readonly rules: NameRules;
  /** Path of the folder that has `.incoming`, and its device and inode, by which it is found under another name. */
  readonly home: string;
  readonly identity: string;
  /** Path by which the target folder is reached while this is open. */
  readonly target: string;
  /** True if the file system doesn't tell upper and lower case apart. */
  readonly folds: boolean;
  /** Creates a folder unless it is there. */
  makeFolder(path: readonly string[]): Promise<void>;
  /** Opens a file for writing, and creates it if it isn't there. @param fresh empties it */
  openFile(path: readonly string[], fresh: boolean): Promise<IncomingFile>;
  /** Closes what stays open of a file that is given up. Left out where nothing stays open. */
  giveUp?(path: readonly string[]): Promise<void>;
  /** Returns the size of a file; undefined if there is none. */
  sizeOf(path: readonly string[]): Promise<number | undefined>;
  /** Removes a file; does nothing if there is none. */
  removeFile(path: readonly string[]): Promise<void>;
  /** Sets the time of a folder and makes its entries permanent. Called when everything in it is there. */
  finishFolder(path: readonly string[], mtime: number): Promise<void>;
  /** Makes the names at the top permanent, so that one that is gone after a crash was placed. */
  syncNames(): Promise<void>;
  /**
   * Moves a file or folder from the top into the target folder under this name, which nothing there may have.
   * @returns false if something has the name
   */
  place(name: string, kind: 'file' | 'folder', as: string): Promise<boolean>;
  /**
   * Moves a file or folder from the top into the target folder, in place of a file of this name. Of a folder that is there, files are replaced one by one.
   * @param signal ends it before the next file
   * @returns its name there: where upper and lower case are the same, what is replaced keeps its own
   * @throws {FilesError} `file.exists` if a folder is in the place of a file, or the other way round; `file.missing` if something that
   * isn't served has the name, or if the target folder was moved
   */
  replace(name: string, kind: 'file' | 'folder', signal: AbortSignal): Promise<string>;
  /** Returns size and time of modification of a file in the target folder; its kind if it is none; undefined if nothing is there. */
  existing(
    path: readonly string[],
  ): Promise<Readonly<{ kind: 'file' | 'other'; size: number; mtime: number }> | undefined>;
  /** Reports whether `place` has moved it there, before a crash. */
  isPlaced(name: string, kind: 'file' | 'folder', as: string): Promise<boolean>;
  /** Makes what was placed permanent. */
  syncTarget(): Promise<void>;
  /** Closes what is open. */
  close(): Promise<void>;
}

/** Parts of a transfer that no one continues. */
export type LeftParts = Readonly<{ id: string; bytes: number; changedAt: number }>;

/** Place in a shared folder into which a transfer goes: path of the shared folder, and names below it. */
export type SharedTarget = Readonly<{ root: string; path: readonly string[]; mode: PutMode }>;

/** Folders of this machine into which transfers go. Paths are absolute. */
export interface IncomingDisk {
  /** Creates the folder if it is missing, and checks that it can be written to. @returns its real path @throws {FilesError} `file.folder` */
  prepare(folder: string): Promise<string>;
  /** Opens the folder of a transfer, and creates it. @throws {FilesError} `file.disk` */
  open(folder: string, id: string): Promise<IncomingFolder>;
  /** Opens the folder of a transfer that goes into a shared folder, and creates it. @throws {FilesError} `file.missing`, `file.disk` */
  openShared(shared: SharedTarget, id: string): Promise<IncomingFolder>;
  /** Removes the parts of a transfer. */
  remove(folder: string, id: string): Promise<void>;
  /** Lists the parts below a folder. */
  left(folder: string): Promise<readonly LeftParts[]>;
  /**
   * Finds a folder that may have been renamed: what is at its path now, and what has its device and inode in the folder around it.
   * @returns their paths; `isFound`: one of them is that folder
   */
  locate(folder: string, identity: string): Promise<Readonly<{ paths: readonly string[]; isFound: boolean }>>;
  /**
   * Returns the free bytes for this user and the size of the disk on which a folder is.
   * @param below names that lead from a shared folder to one in it, which is looked at in its place if it is there and served; no link is followed
   * @throws {FilesError} `file.disk`
   */
  space(folder: string, below?: readonly string[]): Promise<Readonly<{ free: number; size: number }>>;
}
