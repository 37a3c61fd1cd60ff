import { lstat, realpath, statfs } from 'node:fs/promises';
import { cpus, freemem, loadavg, totalmem } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import type { Clock } from '#shared/clock.ts';
import { programEnvironment } from './environment.ts';
import { folderIdentityOf, readFileFacts } from './identity.ts';
import { listFolders } from './list-folders.ts';
import { runProgram } from './run-program.ts';
import {
  ProgramError,
  type FolderList,
  type FoundFile,
  type FoundPlace,
  type FoundProgram,
  type HostStats,
  type ProgramEnd,
  type Programs,
  type ProgramStart,
} from './types.ts';
import { candidates, findExecutable, isBareName, type SearchPath } from './which.ts';

export type LocalProgramsOptions = Readonly<{
  clock: Clock;
  home: string;
  /** Of the person. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Never shown, wherever they lie: the profile. */
  privateFolders: readonly string[];
}>;

/** The programs and folders of this machine. */
export class LocalPrograms implements Programs {
  readonly platform: NodeJS.Platform = process.platform;
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #clock: Clock;
  readonly #privateFolders: readonly string[];

  constructor(options: LocalProgramsOptions) {
    this.home = options.home;
    this.environment = programEnvironment(options.environment);
    this.#clock = options.clock;
    this.#privateFolders = options.privateFolders;
  }

  async which(name: string): Promise<string | undefined> {
    return isBareName(name) ? await findExecutable(candidates(name, this.home, this.#search)) : undefined;
  }

  async findProgram(name: string, directory: string): Promise<FoundProgram | undefined> {
    if (name === '' || name.includes('\0')) return undefined;
    const foundAt = await findExecutable(candidates(name, directory, this.#search));
    if (foundAt === undefined) return undefined;
    const facts = await this.#readFile(foundAt);
    if (facts === undefined) return undefined;
    const { path, identity, sha256 } = facts;
    return { path, identity, foundAt, script: facts.isScript ? { path, identity, sha256 } : null };
  }

  async findFolder(path: string | null): Promise<FoundPlace> {
    const wanted = path ?? this.home;
    if (!isAbsolute(wanted) || wanted.includes('\0')) throw folderError(wanted);
    const real = await realpath(wanted).catch(() => undefined);
    const facts = real === undefined ? undefined : await lstat(real, { bigint: true }).catch(() => undefined);
    if (real === undefined || facts?.isDirectory() !== true) throw folderError(wanted);
    return { path: real, identity: folderIdentityOf(facts) };
  }

  async findFile(path: string, directory: string): Promise<FoundFile | undefined> {
    if (path === '' || path.includes('\0')) return undefined;
    const facts = await this.#readFile(resolve(directory, path));
    return facts === undefined ? undefined : { path: facts.path, identity: facts.identity, sha256: facts.sha256 };
  }

  run(start: ProgramStart, signal: AbortSignal): Promise<ProgramEnd> {
    return runProgram(start, signal, this.platform, this.#clock);
  }

  listFolders(path: string | null, allowed: readonly string[]): Promise<FolderList> {
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
      // Nothing there, or nothing that this user may read: it is known by its name then.
      return undefined;
    }
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
