import { constants } from 'node:fs';
import { lstat, open, opendir, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { ProgramError, type DirectoryListing } from './types.ts';

/** Limits of entries examined and of folders returned. */
const MOST_ENTRIES = 10_000;
const MOST_FOLDERS = 1000;
const FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

type Bounds = Readonly<{ home: string; allowed: readonly string[]; privateFolders: readonly string[] }>;

/**
 * Lists the folders inside a folder for a gateway, as `Programs.listFolders` describes. Reads the disk only. Every returned folder lies inside an
 * allowed folder, links resolved; hidden and private folders are left out.
 */
export async function listFolders(path: string | null, bounds: Bounds): Promise<DirectoryListing> {
  const { home } = bounds;
  const roots = await resolveAll(bounds.allowed.length === 0 ? [home] : bounds.allowed);
  const hidden = await resolveAll(bounds.privateFolders);
  const admits = (location: string): boolean =>
    roots.some((root) => isShown(root, location)) && !hidden.some((folder) => below(folder, location) !== undefined);
  const wanted = expand(path ?? roots[0] ?? home, home);
  if (!isAbsolute(wanted) || wanted.includes('\0')) throw refused(wanted);
  const real = await realpath(wanted).catch(() => undefined);
  // The same answer whether the folder exists or not: the gateway must not learn about others.
  if (real === undefined || !admits(real)) throw refused(wanted);
  const entries = (await namesIn(real))
    .filter(({ name }) => !name.startsWith('.') && !/\p{Cc}/u.test(name))
    .map(async ({ name, isLink }) => {
      const location = join(real, name);
      if (!isLink) return admits(location) ? { name, path: location } : undefined;
      const target = await realpath(location).catch(() => undefined);
      if (target === undefined || !admits(target)) return undefined;
      const facts = await lstat(target).catch(() => undefined);
      return facts?.isDirectory() === true ? { name, path: location } : undefined;
    });
  const found = (await Promise.all(entries)).filter((entry) => entry !== undefined);
  const order = new Intl.Collator('en', { numeric: true });
  const sorted = found.sort((a, b) => order.compare(a.name, b.name)).slice(0, MOST_FOLDERS);
  const parent = dirname(real);
  return { path: real, parent: parent !== real && admits(parent) ? parent : null, home, entries: sorted };
}

/** Lists the folders, and links that may lead to folders, of exactly the folder that was checked: an exchanged folder is detected. */
async function namesIn(path: string): Promise<readonly Readonly<{ name: string; isLink: boolean }>[]> {
  const isLinux = process.platform === 'linux';
  let handle: FileHandle | undefined;
  try {
    if (isLinux) {
      handle = await open(path, FOLDER);
      // A folder in the path was exchanged after the check.
      if ((await readlink(`/proc/self/fd/${handle.fd}`)) !== path) throw refused(path);
    }
    const before = await lstat(path, { bigint: true });
    if (!before.isDirectory()) throw new ProgramError('program.folder', 'no folder', { details: { path } });
    const names: { name: string; isLink: boolean }[] = [];
    let looked = 0;
    for await (const entry of await opendir(handle === undefined ? path : `/proc/self/fd/${handle.fd}`)) {
      looked += 1;
      if (looked > MOST_ENTRIES) break;
      if (entry.isDirectory() || entry.isSymbolicLink())
        names.push({ name: entry.name, isLink: entry.isSymbolicLink() });
    }
    if (handle === undefined) {
      const after = await lstat(path, { bigint: true });
      if ((await realpath(path)) !== path || after.dev !== before.dev || after.ino !== before.ino) throw refused(path);
    }
    return names;
  } catch (error) {
    if (error instanceof ProgramError) throw error;
    throw new ProgramError('program.folder', 'it cannot be read', { cause: error, details: { path } });
  } finally {
    await handle?.close();
  }
}

async function resolveAll(folders: readonly string[]): Promise<readonly string[]> {
  const resolved = folders.filter((folder) => isAbsolute(folder)).map((folder) => realpath(folder).catch(() => []));
  return (await Promise.all(resolved)).flat();
}

function expand(path: string, home: string): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

function isShown(root: string, location: string): boolean {
  const names = below(root, location);
  return names !== undefined && names.every((name) => !name.startsWith('.'));
}

/** Returns the names from a folder down to a path inside it; undefined for a path outside. */
function below(folder: string, location: string): readonly string[] | undefined {
  const steps = relative(folder, location);
  if (steps === '') return [];
  return steps === '..' || steps.startsWith(`..${sep}`) || isAbsolute(steps) ? undefined : steps.split(sep);
}

function refused(path: string): ProgramError {
  return new ProgramError('program.folder-refused', 'not one of the folders that are shown', { details: { path } });
}
