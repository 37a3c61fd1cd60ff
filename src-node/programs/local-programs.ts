import { lstat, realpath, stat, statfs } from 'node:fs/promises';
import { cpus, freemem, loadavg, totalmem } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Clock } from '#shared/clock.ts';
import { programEnvironment } from './program-environment.ts';
import { folderIdentityOf, hashProgram, MOST_HASHED, readFileFacts, type FileFacts } from './file-identity.ts';
import { listFolders } from './list-folders.ts';
import { opennessOf, type Openness } from './openness.ts';
import { runProgram } from './run-program.ts';
import { isTimeZone } from './time-zones.ts';
import {
  ProgramError,
  type DirectoryListing,
  type FoundFile,
  type FoundPath,
  type FoundProgram,
  type HostStats,
  type ProgramEnd,
  type Programs,
  type ProgramStart,
} from './types.ts';
import { programPaths, findExecutable, isBareName, absolutePathOf, type SearchPath } from './which.ts';

/** Facts of the process that `LocalPrograms` uses. */
export type LocalProgramsOptions = Readonly<{
  clock: Clock;
  home: string;
  /** Account of this process. */
  user: string;
  /** The user's environment variables. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Folders that are never listed, such as the profile. */
  privateFolders: readonly string[];
}>;

/** Limit of remembered hashes of large programs. */
const MOST_HASHES = 64;
/** Age of a change from which a hash is remembered, ms. A file changed more recently could be changed again without a new date. */
const SETTLED = 2000;
/** Longest first line of a script, characters: Linux before 5.1 cuts longer ones. */
const MOST_FIRST_LINE = 126;
/** First bytes of machine code, hexadecimal: ELF, Mach-O (32 and 64 bits, both byte orders, universal), PE. */
const NATIVE = ['7f454c46', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe', 'cafebabf', '4d5a'];

/**
 * The programs and folders of this machine: finds, checks and starts programs for a gateway (OpenClaw's `system.run` and related commands). The agent
 * decides what is allowed; this class does it. Reads the disk and starts child processes.
 */
export class LocalPrograms implements Programs {
  readonly platform: NodeJS.Platform = process.platform;
  readonly home: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #clock: Clock;
  readonly #privateFolders: readonly string[];
  /** Hashes by path and identity; the oldest are dropped. */
  readonly #hashes = new Map<string, string>();

  constructor(options: LocalProgramsOptions) {
    this.home = options.home;
    this.user = options.user;
    this.environment = programEnvironment(options.environment);
    this.#clock = options.clock;
    this.#privateFolders = options.privateFolders;
  }

  async which(name: string): Promise<string | undefined> {
    return isBareName(name) ? await findExecutable(programPaths(name, this.home, this.#search)) : undefined;
  }

  async findProgram(name: string, directory: string): Promise<FoundProgram | undefined> {
    if (name === '' || name.includes('\0')) return undefined;
    const namedAs = await findExecutable(programPaths(name, directory, this.#search));
    if (namedAs === undefined) return undefined;
    const facts = await this.#readFile(namedAs);
    if (facts === undefined) return undefined;
    const { path, identity, head } = facts;
    // Programs also load files beside their path: every folder that leads to the name must be as safe as the file.
    const folder = await realpath(dirname(namedAs)).catch(() => '/');
    const locations = [path, namedAs, join(folder, basename(namedAs))];
    const accesses = await Promise.all(locations.map((location) => this.#opennessOf(location)));
    const isScript = head.subarray(0, 2).equals(Buffer.from('#!'));
    const isNative = NATIVE.some((magic) => head.toString('hex').startsWith(magic));
    return {
      path,
      identity,
      namedAs,
      sha256: facts.sha256 ?? (await this.#hashLarge(facts)),
      isOpenToOthers: accesses.some(({ isOpenToOthers }) => isOpenToOthers),
      isOfSystem: accesses.every(({ isOfSystem }) => isOfSystem),
      format: isScript ? 'script' : isNative ? 'native' : 'other',
      firstLine: isScript ? firstLineOf(head) : null,
    };
  }

  async findFolder(path: string | null): Promise<FoundPath> {
    const wanted = path ?? this.home;
    if (!isAbsolute(wanted) || wanted.includes('\0')) throw folderError(wanted);
    const real = await realpath(wanted).catch(() => undefined);
    const facts = real === undefined ? undefined : await lstat(real, { bigint: true }).catch(() => undefined);
    if (real === undefined || facts?.isDirectory() !== true) throw folderError(wanted);
    return { path: real, identity: folderIdentityOf(facts) };
  }

  async findFile(path: string, directory: string): Promise<FoundFile | undefined> {
    if (path === '' || path.includes('\0')) return undefined;
    const namedAs = absolutePathOf(path, directory, this.platform);
    const facts = await this.#readFile(namedAs);
    if (facts === undefined) return undefined;
    const { isOpenToOthers } = await this.#opennessOf(facts.path);
    return { path: facts.path, identity: facts.identity, namedAs, sha256: facts.sha256, isOpenToOthers };
  }

  async kindOf(path: string, directory: string): Promise<'file' | 'folder' | 'other' | undefined> {
    if (path === '' || path.includes('\0')) return undefined;
    const location = absolutePathOf(path, directory, this.platform);
    const facts = await stat(location).catch(() => undefined);
    if (facts === undefined) {
      // A link without a target is an entry, too.
      return (await lstat(location).catch(() => undefined)) === undefined ? undefined : 'other';
    }
    return facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : 'other';
  }

  isTimeZone(name: string): Promise<boolean> {
    return isTimeZone(name);
  }

  run(start: ProgramStart, signal: AbortSignal): Promise<ProgramEnd> {
    return runProgram(start, signal, this.platform, this.#clock);
  }

  listFolders(path: string | null, allowed: readonly string[]): Promise<DirectoryListing> {
    return listFolders(path, { home: this.home, allowed, privateFolders: this.#privateFolders });
  }

  async hostStats(): Promise<HostStats> {
    const disk = await statfs(this.home).catch(() => undefined);
    const [one = 0, five = 0, fifteen = 0] = loadavg();
    return {
      cpuCount: Math.max(1, cpus().length),
      ...(this.platform === 'win32' ? {} : { loadAverage: [one, five, fifteen] as const }),
      memoryTotalBytes: totalmem(),
      memoryFreeBytes: freemem(),
      ...(disk === undefined
        ? {}
        : { diskTotalBytes: disk.blocks * disk.bsize, diskAvailableBytes: disk.bavail * disk.bsize }),
    };
  }

  async #readFile(path: string): Promise<ReturnType<typeof readFileFacts>> {
    try {
      return readFileFacts(await realpath(path));
    } catch {
      // Missing, or not readable by this user.
      return undefined;
    }
  }

  /** Hashes a large program, once for each identity. */
  async #hashLarge(facts: FileFacts): Promise<string | null> {
    if (facts.size <= MOST_HASHED) return facts.sha256;
    const key = `${facts.path}\0${facts.identity}`;
    const known = this.#hashes.get(key);
    if (known !== undefined) return known;
    const sha256 = await hashProgram(facts).catch(() => null);
    if (sha256 !== null && this.#clock.now() - facts.changedAt > SETTLED) {
      this.#hashes.set(key, sha256);
      const [oldest] = this.#hashes.keys();
      if (this.#hashes.size > MOST_HASHES && oldest !== undefined) this.#hashes.delete(oldest);
    }
    return sha256;
  }

  async #opennessOf(path: string): Promise<Openness> {
    const systemRoot = Object.entries(this.environment).find(([name]) => name.toUpperCase() === 'SYSTEMROOT')?.[1];
    // A path that can't be inspected is not trusted.
    return await opennessOf(path, this.platform, systemRoot).catch(() => ({ isOfSystem: false, isOpenToOthers: true }));
  }

  get #search(): SearchPath {
    const read = (wanted: string): string | undefined =>
      Object.entries(this.environment).find(([name]) => name.toUpperCase() === wanted)?.[1];
    return { platform: this.platform, path: read('PATH'), extensions: read('PATHEXT') };
  }
}

function folderError(path: string): ProgramError {
  return new ProgramError('program.folder', 'there is no such folder', { details: { path } });
}

/** Returns the interpreter line of a script without `#!`; null if it is too long or not plain ASCII. */
function firstLineOf(head: Buffer): string | null {
  const end = head.indexOf(0x0a);
  if (end < 0 || end > MOST_FIRST_LINE) return null;
  const line = head.toString('latin1', 2, end);
  // The system splits words at spaces and tabs only.
  return /^[\x20-\x7e\t]*$/.test(line) ? line : null;
}
