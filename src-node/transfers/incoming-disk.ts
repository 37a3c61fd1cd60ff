import { constants } from 'node:fs';
import { access, lstat, mkdir, readdir, realpath, rm, rmdir, statfs } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { systemCode } from '#shared/errors.ts';
import { FilesError, type IncomingDisk, type LeftParts } from '#shared/files/index.ts';
import { ServedFolder } from './served-folder.ts';
import { DiskIncomingFolder, INCOMING } from './incoming-folder.ts';
import { identityOf } from './safe-folder.ts';
import { writeError } from './system-error.ts';

const ID = /^[0-9a-f]{32}$/;
/** System errors of a folder into which nothing may be written. */
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS']);
/** Most entries among which a renamed folder is looked for. */
const MOST_SIBLINGS = 10_000;

/**
 * Returns the folders of this machine into which transfers go.
 * @param privateFolders folders into which nothing is put, even if they lie in a shared one
 */
export function createIncomingDisk(privateFolders: readonly string[] = []): IncomingDisk {
  return {
    prepare,
    openShared: async ({ root, path }, id) => {
      const served = await ServedFolder.open(root, privateFolders);
      try {
        requireAt(served, root);
        return await openedShared(served, path, checked(id));
      } catch (error) {
        throw writeError(error);
      } finally {
        await served.close();
      }
    },
    open: async (folder, id) => {
      try {
        return await opened(folder, checked(id));
      } catch (error) {
        throw writeError(error);
      }
    },
    remove: async (folder, id) => {
      await rm(join(folder, INCOMING, checked(id)), { recursive: true, force: true });
      // Any folder may have been the target. Others have parts here, or it isn't there.
      await rmdir(join(folder, INCOMING)).catch(() => undefined);
    },
    left: async (folder) => await leftIn(folder),
    locate,
    space: async (folder, below) => {
      try {
        return below === undefined ? await spaceAt(folder) : await spaceBelow(folder, below, privateFolders);
      } catch (error) {
        throw writeError(error);
      }
    },
  };
}

/** Opens the folder of a transfer. Once more if the last one that was there before has removed the folder around it meanwhile. */
async function opened(folder: string, id: string): Promise<DiskIncomingFolder> {
  try {
    return await DiskIncomingFolder.open(folder, id);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return await DiskIncomingFolder.open(folder, id);
  }
}

/**
 * Opens the folder of a transfer that goes into a shared folder. Its parts are at the top, where they are found again when the folder into which it goes
 * was renamed; beside that one if the top is on another disk, or can't be written to.
 */
async function openedShared(served: ServedFolder, path: readonly string[], id: string): Promise<DiskIncomingFolder> {
  const target = await served.openFolder(path);
  if (path.length === 0) return await DiskIncomingFolder.in({ target, home: target }, id, served.targetRules);
  const home = await served.openFolder([]).catch(async (error: unknown) => {
    await target.close();
    throw error;
  });
  const closeBoth = async (): Promise<void> => {
    await home.close();
    await target.close();
  };
  const isOneDisk = async (): Promise<boolean> => (await home.mount()) === (await target.mount());
  const together = await isOneDisk().catch(async (error: unknown) => {
    await closeBoth();
    throw error;
  });
  if (together)
    try {
      return await DiskIncomingFolder.in({ target, home }, id, served.targetRules);
    } catch (error) {
      if (!NOT_WRITABLE.has(systemCode(error) ?? '')) throw error;
    }
  else await closeBoth();
  const again = await served.openFolder(path);
  return await DiskIncomingFolder.in({ target: again, home: again }, id, served.targetRules);
}

function requireAt(served: ServedFolder, root: string): void {
  if (served.path !== root)
    throw new FilesError('file.missing', 'the shared folder was replaced', { details: { path: root } });
}

async function spaceAt(folder: string): Promise<Readonly<{ free: number; size: number }>> {
  const { bavail, bsize, blocks } = await statfs(folder);
  return { free: bavail * bsize, size: blocks * bsize };
}

/** Returns the space of a folder in a shared one, or of the shared one if that isn't served: its peer learns nothing of other disks. */
async function spaceBelow(
  root: string,
  path: readonly string[],
  privateFolders: readonly string[],
): Promise<Readonly<{ free: number; size: number }>> {
  const served = await ServedFolder.open(root, privateFolders);
  try {
    requireAt(served, root);
    const folder = await served.openFolder(path).catch(async () => await served.openFolder([]));
    try {
      return await spaceAt(folder.itself);
    } finally {
      await folder.close();
    }
  } finally {
    await served.close();
  }
}

async function locate(
  folder: string,
  identity: string,
): Promise<Readonly<{ paths: readonly string[]; isFound: boolean }>> {
  const identityAt = async (path: string): Promise<string | undefined> => {
    const facts = await lstat(path, { bigint: true }).catch(() => undefined);
    return facts?.isDirectory() === true ? identityOf(facts) : undefined;
  };
  const there = await identityAt(folder);
  if (there === identity) return { paths: [folder], isFound: true };
  const paths = there === undefined ? [] : [folder];
  const parent = dirname(folder);
  const names = await readdir(parent, { withFileTypes: true }).catch(() => []);
  for (const entry of names.slice(0, MOST_SIBLINGS)) {
    const path = join(parent, entry.name);
    if (entry.isDirectory() && (await identityAt(path)) === identity) return { paths: [...paths, path], isFound: true };
  }
  return { paths, isFound: false };
}

async function prepare(folder: string): Promise<string> {
  const unusable = (cause?: unknown): FilesError =>
    new FilesError('file.folder', `${folder} can't be used`, { cause, details: { path: folder } });
  if (!isAbsolute(folder)) throw unusable();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const real = await realpath(folder);
    if (!(await lstat(real)).isDirectory()) throw unusable();
    await access(real, constants.W_OK);
    return real;
  } catch (error) {
    throw error instanceof FilesError ? error : unusable(error);
  }
}

async function leftIn(folder: string): Promise<readonly LeftParts[]> {
  const parent = join(folder, INCOMING);
  const names = await readdir(parent).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw error;
  });
  const parts: LeftParts[] = [];
  for (const id of names.filter((name) => ID.test(name))) {
    const { bytes, changedAt } = await sizeOf(join(parent, id));
    parts.push({ id, bytes, changedAt });
  }
  return parts;
}

async function sizeOf(path: string): Promise<{ bytes: number; changedAt: number }> {
  let bytes = 0;
  let changedAt = 0;
  for (const name of await readdir(path, { recursive: true }).catch(() => [])) {
    const facts = await lstat(join(path, name)).catch(() => undefined);
    if (facts === undefined) continue;
    if (facts.isFile()) bytes += facts.blocks === 0 ? facts.size : facts.blocks * 512;
    // Files have the times of their senders, the journal has its own.
    if (name === 'journal') changedAt = Math.max(changedAt, facts.mtimeMs);
  }
  return { bytes, changedAt };
}

function checked(id: string): string {
  if (!ID.test(id)) throw new FilesError('file.name', 'not the ID of a transfer');
  return id;
}
