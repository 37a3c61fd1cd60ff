import { ClawReachError } from '#shared/errors.ts';

/** Codes `program.*`: what kept a program from being started, or a folder from being shown. */
export class ProgramError extends ClawReachError {
  override readonly name = 'ProgramError';
}

/** A file or folder as it was when it was looked at; `identity` is another as soon as it is another one, or was changed. */
export type FoundPlace = Readonly<{ /** Absolute, links resolved. */ path: string; identity: string }>;

/** A file whose contents count. */
export type FoundFile = FoundPlace &
  Readonly<{
    /** Absolute, as it was named, links not resolved; it still leads to `path` when something is started. */
    namedAs: string;
    /** 64 hexadecimal digits; null where the file is too large to be read through. */
    sha256: string | null;
    /** Other users of this machine could change it, or put another file in its place. */
    isOpenToOthers: boolean;
  }>;

/** A program that was found by its name; `namedAs` is where: `/usr/bin/awk`. */
export type FoundProgram = FoundFile &
  Readonly<{
    /** `native`: machine code; `script`: it begins with `#!`; `other`: neither, such as text that a shell would be given. */
    format: 'native' | 'script' | 'other';
    /** The first line of a script behind `#!`; null for what is none, and where the line is too long or holds more than printable ASCII. */
    firstLine: string | null;
    /** True if only an administrator can change the program and every folder on the way to it. */
    isOfSystem: boolean;
  }>;

/** Program to start, exactly as given. */
export type ProgramStart = Readonly<{
  program: FoundProgram;
  /** Arguments. The first one is not passed on; the program is called `program.namedAs`. */
  argv: readonly string[];
  directory: FoundPlace;
  /** Looked at again right before the start. */
  files: readonly FoundFile[];
  environment: Readonly<Record<string, string>>;
  /** Characters of both outputs together that are kept. */
  outputLimit: number;
}>;

export type ProgramEnd = Readonly<{
  exitCode: number | null;
  /** `SIGKILL`; null where it ended by itself. */
  signal: string | null;
  stdout: string;
  stderr: string;
  /** Characters that came, also those that were not kept. */
  outputLength: number;
}>;

/** Numbers of this machine, with the names that gateways know. Bytes. */
export type HostStats = Readonly<{
  cpuCount: number;
  /** Not on Windows. */
  loadAverage?: readonly [number, number, number];
  memoryTotalBytes: number;
  memoryFreeBytes: number;
  diskTotalBytes?: number;
  diskAvailableBytes?: number;
}>;

export type DirectoryListing = Readonly<{
  path: string;
  /** Null at the top of what may be shown. */
  parent: string | null;
  home: string;
  entries: readonly Readonly<{ name: string; path: string }>[];
}>;

/** The programs and folders of a machine. */
export interface Programs {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** The environment that programs get before anything is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** Finds a bare name by PATH, without resolving links. */
  which(name: string): Promise<string | undefined>;
  /** @param name bare, or a path; a relative one counts from `directory` */
  findProgram(name: string, directory: string): Promise<FoundProgram | undefined>;
  /** @param path absolute; the home folder where it is null. @throws {ProgramError} `program.folder` */
  findFolder(path: string | null): Promise<FoundPlace>;
  /** A regular file that can be read; undefined where there is none. A relative path counts from `directory`. */
  findFile(path: string, directory: string): Promise<FoundFile | undefined>;
  /** Returns the kind of an entry without opening it; undefined where there is none. */
  kindOf(path: string, directory: string): Promise<'file' | 'folder' | 'other' | undefined>;
  /** Reports whether the system's time zone database has this name. */
  isTimeZone(name: string): Promise<boolean>;
  /**
   * Starts it, gives it no input, and waits for its end. What it has started and left behind ends with it.
   * @param signal ends it and everything it has started
   * @throws {ProgramError} `program.changed` (something is not what was found), `program.start`
   */
  run(start: ProgramStart, signal: AbortSignal): Promise<ProgramEnd>;
  /**
   * Folders below one that may be shown, none of them hidden.
   * @param allowed empty: the home folder
   * @throws {ProgramError} `program.folder-refused`, `program.folder`
   */
  listFolders(path: string | null, allowed: readonly string[]): Promise<DirectoryListing>;
  hostStats(): Promise<HostStats>;
}
