import { closeSync, constants, fstatSync, open, read, type BigIntStats } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '#shared/errors.ts';
import {
  FilesError,
  MOST_DEPTH,
  MOST_ENTRIES,
  MOST_ROOTS,
  PATH_BYTES,
  SENT_NAME,
  type FileFacts,
  type SourceDisk,
  type SourceEntry,
  type SourceFile,
  type SourceRoot,
} from '#shared/files/index.ts';
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

/** Reads files of this machine that are sent to others. */
export function createSourceDisk(): SourceDisk {
  return { find, list, open: openSource };
}

async function list(
  roots: readonly SourceRoot[],
  each: (entry: SourceEntry) => Promise<void> | void,
  signal: AbortSignal,
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
    const entry = entryOf({ in: -1, name, facts });
    if (entry === undefined) throw new FilesError('file.gone', `${path} is no file or folder now`);
    const n = await found(entry);
    if (entry.kind === 'file') continue;
    // Depth first, so that a list reads like the tree.
    const open: Folder[] = [{ n, path, depth: 1, bytes: Buffer.byteLength(name) + 1 }];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      signal.throwIfAborted();
      const names = await namesIn(folder.path, n === folder.n);
      if (names === undefined) leftOut += 1;
      const below: Folder[] = [];
      for (let at = 0; at < (names?.length ?? 0); at += AT_A_TIME) {
        signal.throwIfAborted();
        const some = names?.slice(at, at + AT_A_TIME) ?? [];
        const looked = await Promise.all(some.map((own) => lookAt(join(folder.path, own))));
        for (const [index, own] of some.entries()) {
          const facts = looked[index];
          const bytes = folder.bytes + Buffer.byteLength(own) + 1;
          const one = facts === undefined ? undefined : entryOf({ in: folder.n, name: own, facts });
          if (one === undefined || folder.depth >= MOST_DEPTH || bytes > PATH_BYTES) {
            leftOut += 1;
            continue;
          }
          const number = await found(one);
          if (one.kind === 'folder')
            below.push({ n: number, path: join(folder.path, own), depth: folder.depth + 1, bytes });
        }
      }
      open.push(...below.toReversed());
    }
  }
  return { leftOut };
}

async function find(path: string): Promise<SourceRoot> {
  const missing = (cause?: unknown): FilesError =>
    new FilesError('file.missing', `${path} is not there`, { cause, details: { path } });
  if (!isAbsolute(path)) throw missing();
  try {
    // Of a link the name by which the person knows it.
    const root = { path: await realpath(path), name: basename(path) || 'files' };
    if (entryOf({ in: -1, name: root.name, facts: await lstat(root.path, { bigint: true }) }) === undefined)
      throw new FilesError('file.nothing', `${path} is no file or folder`);
    return root;
  } catch (error) {
    if (error instanceof FilesError) throw error;
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) throw missing(error);
    throw readError(error);
  }
}

/** Returns the names in a folder, sorted; undefined if it can't be read, unless it is a root. */
async function namesIn(path: string, isRoot: boolean): Promise<readonly string[] | undefined> {
  try {
    return (await readdir(path)).toSorted();
  } catch (error) {
    if (isRoot) throw readError(error);
    return undefined;
  }
}

async function lookAt(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
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

/** Opens a file. Its state and its end need no other thread, which counts for many small files. */
export async function openSource(path: string): Promise<SourceFile> {
  let fd: number;
  try {
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
  } catch (error) {
    closeSync(fd);
    throw error;
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
