import { lstat } from 'node:fs/promises';
import { dirname, win32 } from 'node:path';

const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;
/** Sticky bit. In such a folder only the owner of an entry can rename or remove it. */
const STICKY = 0o1000;

/**
 * System folders in which only an administrator installs programs. In other folders, users may have files that belong to `root`: those of an agent
 * that runs as `root`, or of a package store.
 */
const SYSTEM_FOLDERS = /^\/(?:(?:usr\/(?:local\/)?)?s?bin|(?:usr\/)?lib(?:exec|x?\d+)?)\/(?!(?:.*\/)?\.\.?(?:\/|$))/;

/** Result of `opennessOf`: the users that can change a file or a folder that leads to it. */
export type Openness = Readonly<{
  /** True if only an administrator can change it. */
  isOfSystem: boolean;
  /** True if others than this user and administrators can change it. */
  isOpenToOthers: boolean;
}>;

/**
 * Reports who can change a file or replace it, from the owners and modes of the file and of all folders above it. Reads the disk only. Used by
 * `LocalPrograms`: a gateway's rule pins a program only as far as others can't change it.
 * @param path absolute, with or without links resolved; the targets of links are not examined
 * @param systemRoot value of `SystemRoot` on Windows
 */
export async function opennessOf(path: string, platform: NodeJS.Platform, systemRoot?: string): Promise<Openness> {
  // Node can't read the access lists of Windows; System32 belongs to the administrator.
  if (platform === 'win32') return { isOfSystem: isInSystem32(path, systemRoot), isOpenToOthers: false };
  const me = process.getuid?.() ?? 0;
  const myGroup = process.getgid?.() ?? 0;
  let isOfSystem = SYSTEM_FOLDERS.test(path);
  let isOpenToOthers = false;
  for (let entry = path, above = ''; entry !== above; above = entry, entry = dirname(entry)) {
    const facts = await lstat(entry);
    const { uid, gid } = facts;
    // A link has no mode of its own; the folder that contains it decides who can change it.
    const mode = facts.isSymbolicLink() ? 0 : facts.mode;
    const isSticky = entry !== path && (mode & STICKY) !== 0;
    const byGroup = !isSticky && (mode & WRITABLE_BY_GROUP) !== 0;
    const byAll = !isSticky && (mode & WRITABLE_BY_ALL) !== 0;
    if (uid !== 0 || byGroup || byAll) isOfSystem = false;
    // Systems that give each user a group of the same number let that group write.
    const isOwnGroup = gid === 0 || (gid === myGroup && gid === me);
    if ((uid !== 0 && uid !== me) || byAll || (byGroup && !isOwnGroup)) isOpenToOthers = true;
  }
  return { isOfSystem, isOpenToOthers };
}

function isInSystem32(path: string, systemRoot: string | undefined): boolean {
  if (systemRoot === undefined || !win32.isAbsolute(systemRoot)) return false;
  return win32.dirname(path).toLowerCase() === win32.join(systemRoot, 'System32').toLowerCase();
}
