import { closeSync, constants, fstatSync, open, read, type BigIntStats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '#shared/errors.ts';
import {
  FilesError,
  isHiddenName,
  MOST_ROOTS,
  type FileFacts,
  type OwnDisk,
  type SourceEntry,
  type SourceFile,
  type SourceRoot,
  type SourceRules,
} from '#shared/files/index.ts';
import { findGranted, grantFolder, isProfile } from './granted-path.ts';
import { isAt, isReal, SafeFolder } from './safe-folder.ts';
import { entryOf, timeOf, versionOf } from './source-entry.ts';
import { readError } from './system-error.ts';
import { TreeWalk, type TreeReader } from './tree-walk.ts';

const openFd = promisify(open);
const readFd = promisify(read);

/** Flags that neither block on a pipe nor follow a symbolic link. Windows lacks them. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Folders from which a person sends. What a link has replaced isn't read. */
const OF_PERSON: TreeReader = {
  enter: async (folder, name) => await folder.enter(name),
  names: namesIn,
  look: lookIn,
};

/** Folders from which an agent sends: without hidden names, and without profiles. */
const OF_AGENT: TreeReader = {
  ...OF_PERSON,
  names: async (folder) => {
    const names = await namesIn(folder);
    if (isProfile(names)) throw new FilesError('file.profile', 'a profile of ClawReach');
    return names;
  },
  look: async (folder, name) => (isHiddenName(name) ? undefined : await lookIn(folder, name)),
};

/**
 * Reads files of this machine that are sent to others. A link that a person names is followed once, by `find`; from then on its target is what is sent, and
 * no link in any part of its path or below it is followed, also not one that is put there later.
 */
export function createSourceDisk(): OwnDisk {
  return {
    find,
    grant: grantFolder,
    findBelow,
    list,
    open: async (root, names = []) => await openSource(join(root, ...names)),
  };
}

async function list(
  roots: readonly SourceRoot[],
  each: (entry: SourceEntry) => Promise<void> | void,
  signal: AbortSignal,
  { ofAgent }: SourceRules = { ofAgent: false },
): Promise<{ leftOut: number }> {
  if (roots.length > MOST_ROOTS) throw new FilesError('file.too-many', 'too many files at the top');
  const walk = new TreeWalk(ofAgent ? OF_AGENT : OF_PERSON, each, signal);
  const fail = (error: unknown): never => {
    throw readError(error);
  };
  for (const { path, name } of roots) {
    const facts = await lstat(path, { bigint: true }).catch(fail);
    const top = (await isReal(path).catch(() => false)) ? await walk.top(name, facts) : undefined;
    if (top === undefined) throw new FilesError('file.gone', `${path} is no file or folder now`);
    if (top.kind === 'folder') await walk.inside(await SafeFolder.open(path).catch(fail), top);
  }
  return { leftOut: walk.leftOut };
}

async function findBelow(folder: string, path: string): Promise<SourceRoot> {
  try {
    const found = await findGranted(folder, path);
    const facts = await lstat(found.path, { bigint: true });
    return withSize(found, facts, path);
  } catch (error) {
    throw error instanceof FilesError ? error : readError(error);
  }
}

async function find(path: string): Promise<SourceRoot> {
  const missing = (cause?: unknown): FilesError =>
    new FilesError('file.missing', `${path} is not there`, { cause, details: { path } });
  if (!isAbsolute(path)) throw missing();
  try {
    // Of a link the name by which the person knows it.
    const root = { path: await realpath(path), name: basename(path) || 'files' };
    return withSize(root, await lstat(root.path, { bigint: true }), path);
  } catch (error) {
    if (error instanceof FilesError) throw error;
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) throw missing(error);
    throw readError(error);
  }
}

/** Returns a root with its size. @throws {FilesError} `file.nothing` if it is no file or folder */
function withSize(root: SourceRoot, facts: BigIntStats, named: string): SourceRoot {
  const entry = entryOf({ in: -1, name: root.name, facts });
  if (entry === undefined) throw new FilesError('file.nothing', `${named} is no file or folder`);
  return entry.kind === 'file' ? { ...root, size: entry.size } : root;
}

/** Returns the names in a folder. @throws {FilesError} `file.gone`, also if a link leads to it by now, `file.unreadable` */
async function namesIn(folder: SafeFolder): Promise<readonly string[]> {
  const requireInPlace = async (): Promise<void> => {
    if (!(await folder.isInPlace())) throw new FilesError('file.gone', 'a link is in the place of a folder');
  };
  try {
    await requireInPlace();
    const names = await folder.names();
    await requireInPlace();
    return names;
  } catch (error) {
    throw readError(error);
  }
}

async function lookIn(folder: SafeFolder, name: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(folder.at(name), { bigint: true });
  } catch {
    return undefined;
  }
}

/**
 * Opens a file. Its state and its end need no other thread, which counts for many small files.
 * @param options.isReached true for a path through an open folder, in which no link can be in the place of a folder; else the path must be real
 * @throws {FilesError} `file.gone`, `file.unreadable`
 */
export async function openSource(path: string, { isReached = false } = {}): Promise<SourceFile> {
  const replaced = (): FilesError => new FilesError('file.gone', 'a link is in the place of one of its folders');
  let fd: number;
  try {
    if (!isReached && process.platform !== 'linux' && !(await isReal(path))) throw replaced();
    fd = await openFd(path, READ, 0);
  } catch (error) {
    throw readError(error);
  }
  const facts = (): FileFacts => {
    try {
      const found = fstatSync(fd, { bigint: true });
      // A pipe or device may have replaced the file.
      if (!found.isFile()) throw new FilesError('file.gone', 'the file was replaced');
      return { size: Number(found.size), mtime: timeOf(found), version: versionOf(found) };
    } catch (error) {
      throw readError(error);
    }
  };
  let opened: FileFacts;
  try {
    opened = facts();
    if (!isReached && !(await isAt(fd, path))) throw replaced();
  } catch (error) {
    closeSync(fd);
    throw readError(error);
  }
  return {
    opened,
    facts: async () => facts(),
    read: async (target, position) => {
      try {
        let filled = 0;
        while (filled < target.length) {
          const { bytesRead } = await readFd(fd, target, filled, target.length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return filled;
      } catch (error) {
        throw readError(error);
      }
    },
    close: async () => closeSync(fd),
  };
}
