import { closeSync, constants, fstatSync, open, read, type BigIntStats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '#shared/errors.ts';
import {
  FilesError,
  isHiddenName,
  MOST_DEPTH,
  MOST_ENTRIES,
  MOST_ROOTS,
  PATH_BYTES,
  SENT_NAME,
  type FileFacts,
  type OwnDisk,
  type SourceEntry,
  type SourceFile,
  type SourceRoot,
  type SourceRules,
} from '#shared/files/index.ts';
import { findGranted, grantFolder, isProfile } from './granted-path.ts';
import { isAt, isReal, SafeFolder } from './safe-folder.ts';
import { readError } from './system-error.ts';

const openFd = promisify(open);
const readFd = promisify(read);

/** Flags that neither block on a pipe nor follow a symbolic link. Windows lacks them. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
/** Entries of a folder that are looked at at a time. */
const AT_A_TIME = 32;
/** Latest time of modification that a list can carry, ms. */
const LATEST = 8_640_000_000_000_000;
/** Character that Node puts in place of bytes that aren't UTF-8: such a file can't be opened by its name. */
const NOT_UTF8 = '\ufffd';

type Folder = Readonly<{ n: number; path: string; depth: number; bytes: number }>;

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
  let leftOut = 0;
  let count = 0;
  const found = async (entry: SourceEntry): Promise<number> => {
    if (count >= MOST_ENTRIES) throw new FilesError('file.too-many', 'too many files');
    await each(entry);
    count += 1;
    return count - 1;
  };
  if (roots.length > MOST_ROOTS) throw new FilesError('file.too-many', 'too many files at the top');
  for (const root of roots) {
    const { path, name } = root;
    const facts = await lstat(path, { bigint: true }).catch((error: unknown) => Promise.reject(readError(error)));
    const entry = (await isReal(path).catch(() => false)) ? entryOf({ in: -1, name, facts }) : undefined;
    if (entry === undefined) throw new FilesError('file.gone', `${path} is no file or folder now`);
    const n = await found(entry);
    if (entry.kind === 'file') continue;
    // Depth first, so that a list reads like the tree.
    const open: Folder[] = [{ n, path, depth: 1, bytes: Buffer.byteLength(name) + 1 }];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      signal.throwIfAborted();
      const below: Folder[] = [];
      const isRead = await eachIn(folder.path, { isRoot: n === folder.n, ofAgent }, async (some) => {
        signal.throwIfAborted();
        for (const [own, facts] of some) {
          const bytes = folder.bytes + Buffer.byteLength(own) + 1;
          const isLeftOut = facts === undefined || (ofAgent && isHiddenName(own));
          const one = isLeftOut ? undefined : entryOf({ in: folder.n, name: own, facts });
          if (one === undefined || folder.depth >= MOST_DEPTH || bytes > PATH_BYTES) {
            leftOut += 1;
            continue;
          }
          const number = await found(one);
          if (one.kind === 'folder')
            below.push({ n: number, path: join(folder.path, own), depth: folder.depth + 1, bytes });
        }
      });
      if (!isRead) leftOut += 1;
      open.push(...below.toReversed());
    }
  }
  return { leftOut };
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

type Looked = readonly (readonly [name: string, facts: BigIntStats | undefined])[];

/**
 * Calls `each` with some entries of a folder after the others, by name.
 * @returns false if it can't be read, or if a link leads to it by now; for an agent's transfer also if it is a profile
 * @throws {FilesError} `file.gone`, `file.unreadable` in place of that for a root
 */
async function eachIn(
  path: string,
  { isRoot, ofAgent }: SourceRules & Readonly<{ isRoot: boolean }>,
  each: (some: Looked) => Promise<void>,
): Promise<boolean> {
  let folder: SafeFolder;
  try {
    folder = await SafeFolder.open(path);
  } catch (error) {
    if (isRoot) throw readError(error);
    return false;
  }
  try {
    const names = await namesIn(folder).catch((error: unknown) => {
      if (isRoot) throw readError(error);
      return undefined;
    });
    if (names === undefined || (ofAgent && isProfile(names))) return false;
    for (let at = 0; at < names.length; at += AT_A_TIME) {
      const some = names.slice(at, at + AT_A_TIME);
      const looked = await Promise.all(some.map((name) => lookIn(folder, name)));
      await each(some.map((name, index) => [name, looked[index]] as const));
    }
    return true;
  } finally {
    await folder.close();
  }
}

/** Returns the names in a folder, sorted. @throws {FilesError} `file.gone` if a link leads to it by now */
async function namesIn(folder: SafeFolder): Promise<readonly string[]> {
  const requireInPlace = async (): Promise<void> => {
    if (!(await folder.isInPlace())) throw new FilesError('file.gone', 'a link is in the place of a folder');
  };
  await requireInPlace();
  const names = await folder.names();
  await requireInPlace();
  return names.toSorted();
}

async function lookIn(folder: SafeFolder, name: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(folder.at(name), { bigint: true });
  } catch {
    return undefined;
  }
}

/** Returns the entry for a file or folder; undefined for links, devices and names that can't be sent. */
export function entryOf(found: Readonly<{ in: number; name: string; facts: BigIntStats }>): SourceEntry | undefined {
  const { in: folder, name, facts } = found;
  const isFolder = facts.isDirectory();
  if (!isFolder && !facts.isFile()) return undefined;
  if (name.length > SENT_NAME || name.includes(NOT_UTF8) || !name.isWellFormed()) return undefined;
  if (facts.size > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return {
    in: folder,
    name,
    kind: isFolder ? 'folder' : 'file',
    size: isFolder ? 0 : Number(facts.size),
    mtime: timeOf(facts),
    exec: !isFolder && (facts.mode & 0o100n) !== 0n,
    version: versionOf(facts),
  };
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

function timeOf(facts: BigIntStats): number {
  return Math.min(Math.max(0, Number(facts.mtimeMs)), LATEST);
}

export function versionOf({ ino, dev, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].map((number) => number.toString(36)).join('-');
}
