import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { systemCode } from '#shared/errors.ts';
import { FilesError, isHiddenName, type SourceRoot } from '#shared/files/index.ts';

const IS_WINDOWS = process.platform === 'win32';
const SEPARATORS = IS_WINDOWS ? /[\\/]/ : /\//;

/** Files of a profile of ClawReach that have its secret, and others of which each profile has one. */
const SECRETS: readonly string[] = ['secret', 'secret.sealed'];
const DOCUMENTS: readonly string[] = ['audit.jsonl', 'peers.json', 'settings.json'];

/** Reports whether a folder with these names is a profile of ClawReach. Pure. */
export function isProfile(names: Iterable<string>): boolean {
  const all = new Set(names);
  return SECRETS.some((name) => all.has(name)) && DOCUMENTS.some((name) => all.has(name));
}

/**
 * Returns the real path of a folder below which an agent may send files.
 * @throws {FilesError} `file.folder`; `file.profile`
 */
export async function grantFolder(folder: string): Promise<string> {
  const path = await realFolder(folder);
  await requireNoProfile(path, folder);
  return path;
}

/**
 * Finds what an agent has named below a folder. The text is checked before the disk is asked, so that it reveals nothing of other folders, and no other
 * machine is asked for a path of its own. Then its real path is checked: no link may lead outside or to a hidden name.
 * @param folder as `grantFolder` has returned it
 * @returns its real path, and the name by which the agent knows it
 * @throws {FilesError} `file.outside`, `file.hidden`, `file.profile`, `file.missing`
 */
export async function findGranted(folder: string, path: string): Promise<SourceRoot> {
  const outside = (): FilesError =>
    new FilesError('file.outside', 'not below the folder of the agent', { details: { path, folder } });
  const hidden = (): FilesError => new FilesError('file.hidden', 'a hidden name', { details: { path } });
  if (path.includes('\0') || !path.isWellFormed()) throw outside();
  const parts = path.split(SEPARATORS).filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw outside();
  // `C:name` is a path at another drive, `name:stream` a stream of a file.
  if (IS_WINDOWS && (isAbsolute(path) ? parts.slice(1) : parts).some((part) => part.includes(':'))) throw outside();
  const within = isAbsolute(path) ? partsWithin(folder, resolve(path)) : parts;
  if (within === undefined) throw outside();
  if (within.some(isHiddenName)) throw hidden();
  const named = join(folder, ...within);
  let real: string;
  try {
    real = await realpath(named);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) throw error;
    throw new FilesError('file.missing', 'no such file or folder', { cause: error, details: { path } });
  }
  const found = partsWithin(folder, real);
  if (found === undefined) throw outside();
  if (found.some(isHiddenName)) throw hidden();
  await requireNoProfile(real, path);
  return { path: real, name: basename(named) };
}

/** Returns the parts of a path below a folder; undefined if it is elsewhere. */
function partsWithin(folder: string, path: string): readonly string[] | undefined {
  const way = relative(folder, path);
  if (isAbsolute(way)) return undefined;
  const parts = way.split(sep).filter((part) => part !== '');
  return parts[0] === '..' ? undefined : parts;
}

async function realFolder(folder: string): Promise<string> {
  const wrong = (cause?: unknown): FilesError =>
    new FilesError('file.folder', 'not a folder', { cause, details: { path: folder } });
  if (!isAbsolute(folder) || folder.includes('\0')) throw wrong();
  try {
    const path = await realpath(folder);
    if (!(await lstat(path)).isDirectory()) throw wrong();
    return path;
  } catch (error) {
    throw error instanceof FilesError ? error : wrong(error);
  }
}

/** Checks that neither this folder or file nor one of its folders is a profile. @throws {FilesError} `file.profile` */
async function requireNoProfile(path: string, named: string): Promise<void> {
  for (let folder = path; ; folder = dirname(folder)) {
    const there = await Promise.all([...SECRETS, ...DOCUMENTS].map(async (name) => await nameIn(folder, name)));
    if (isProfile(there.flat()))
      throw new FilesError('file.profile', 'part of a profile of ClawReach', { details: { path: named } });
    if (folder === dirname(folder)) return;
  }
}

/** Returns the name if there is something of this name in a folder. */
async function nameIn(folder: string, name: string): Promise<readonly string[]> {
  try {
    await lstat(join(folder, name));
    return [name];
  } catch {
    return [];
  }
}
