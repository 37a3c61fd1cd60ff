import { ClawReachError } from '#shared/errors.ts';

/** Error of a program that can't be started, or of a folder that can't be listed. Codes `program.*`. */
export class ProgramError extends ClawReachError {
  override readonly name = 'ProgramError';
}

/** File or folder as it was when it was examined. `identity` changes when a file is replaced or written, or a folder is replaced. */
export type FoundPath = Readonly<{ /** Absolute, links resolved. */ path: string; identity: string }>;

/** File whose contents were examined. */
export type FoundFile = FoundPath &
  Readonly<{
    /** Absolute path as it was named, links not resolved. The file is opened or started under this name, if it still leads to `path`. */
    namedAs: string;
    /** Hash as 64 hexadecimal digits; null if the file is too large to be hashed. */
    sha256: string | null;
    /** True if other users of this machine can change the file or replace it. */
    isOpenToOthers: boolean;
  }>;

/** Program found by its name. `namedAs` is the path at which it was found, such as `/usr/bin/awk`. */
export type FoundProgram = FoundFile &
  Readonly<{
    /** `native`: machine code; `script`: begins with `#!`; `other`: neither, such as a text that only a shell can run. */
    format: 'native' | 'script' | 'other';
    /** First line of a script, without `#!`; null if it is not a script, or if the line is too long or not printable ASCII. */
    firstLine: string | null;
    /** True if only an administrator can change the program and every folder that leads to it. */
    isOfSystem: boolean;
  }>;

/** Program to start, with everything it gets. */
export type ProgramStart = Readonly<{
  program: FoundProgram;
  /** Arguments. The first one is not passed on: the program gets `program.namedAs` in its place. */
  argv: readonly string[];
  directory: FoundPath;
  /** Files checked again right before the start. */
  files: readonly FoundFile[];
  environment: Readonly<Record<string, string>>;
  /** Limit of collected output, characters of both outputs together. */
  outputLimit: number;
}>;

/** Result of a program that has ended. */
export type ProgramEnd = Readonly<{
  exitCode: number | null;
  /** Name of the signal that ended it, such as `SIGKILL`; null if it ended by itself. */
  signal: string | null;
  stdout: string;
  stderr: string;
  /** Characters of both outputs, including those omitted because of `outputLimit`. */
  outputLength: number;
}>;

/** Load, memory and disk of this machine, under the names that gateways use. Sizes in bytes. */
export type HostStats = Readonly<{
  cpuCount: number;
  /** Load averages over 1, 5 and 15 minutes; missing on Windows. */
  loadAverage?: readonly [number, number, number];
  memoryTotalBytes: number;
  memoryFreeBytes: number;
  diskTotalBytes?: number;
  diskAvailableBytes?: number;
}>;

/** Folder and the folders in it. */
export type DirectoryListing = Readonly<{
  path: string;
  /** Folder above; null if that may not be listed. */
  parent: string | null;
  home: string;
  entries: readonly Readonly<{ name: string; path: string }>[];
}>;

/** Programs and folders of a machine, as the OpenClaw node of the agent uses them. `LocalPrograms` implements it; tests replace it. */
export interface Programs {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** Account under which programs run. */
  readonly user: string;
  /** Environment of every started program, before anything is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** Finds a bare name by PATH, without resolving links. */
  which(name: string): Promise<string | undefined>;
  /**
   * Finds and examines a program; undefined if there is none.
   * @param name bare name or path; a relative path starts at `directory`
   */
  findProgram(name: string, directory: string): Promise<FoundProgram | undefined>;
  /**
   * Examines a folder.
   * @param path absolute; null for the home folder
   * @throws {ProgramError} `program.folder`
   */
  findFolder(path: string | null): Promise<FoundPath>;
  /** Examines a regular, readable file; undefined if there is none. A relative path starts at `directory`. */
  findFile(path: string, directory: string): Promise<FoundFile | undefined>;
  /** Returns the kind of a directory entry without opening it; undefined if there is none. */
  kindOf(path: string, directory: string): Promise<'file' | 'folder' | 'other' | undefined>;
  /** Reports whether the system's time zone database has this name. */
  isTimeZone(name: string): Promise<boolean>;
  /**
   * Starts a program without input and waits for its end. Processes that it has started and left behind are ended.
   * @param signal ends the program and everything that it has started
   * @throws {ProgramError} `program.changed` (program, folder or a file is not the one that was found), `program.start`
   */
  run(start: ProgramStart, signal: AbortSignal): Promise<ProgramEnd>;
  /**
   * Lists the folders inside a folder, without hidden ones.
   * @param path null for the first allowed folder
   * @param allowed folders inside which folders may be listed; empty for the home folder
   * @throws {ProgramError} `program.folder-refused`, `program.folder`
   */
  listFolders(path: string | null, allowed: readonly string[]): Promise<DirectoryListing>;
  /** Reads load, memory and disk of this machine. */
  hostStats(): Promise<HostStats>;
}
