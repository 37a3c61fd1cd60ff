import { lstat } from 'node:fs/promises';
import { dirname, win32 } from 'node:path';

const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;
/** Sticky bit: in such a folder only the owner of an entry can rename or remove it. */
const STICKY = 0o1000;

/** Folders that only an administrator installs programs to. Elsewhere users can have files that belong to `root`: those of an agent of `root`, or of a package store. */
const SYSTEM_FOLDERS = /^\/(?:(?:usr\/(?:local\/)?)?s?bin|(?:usr\/)?lib(?:exec|x?\d+)?)\/(?!(?:.*\/)?\.\.?(?:\/|$))/;

/** Users and groups that may be able to change a place. */
export type Openness = Readonly<{
  /** Only an administrator can. */
  isOfSystem: boolean;
  /** Others than this user and administrators can. */
  isOpenToOthers: boolean;
}>;

/**
 * Looks at a file and all folders above it: who can change any of them decides what the path leads to.
 * @param path absolute, as it was named or with links resolved; what links lead to is not looked at
 */
export async function opennessOf(path: string, platform: NodeJS.Platform, systemRoot?: string): Promise<Openness> {
  // Rights of Windows are lists that Node cannot read; System32 is the administrator's.
  if (platform === 'win32') return { isOfSystem: isInSystem32(path, systemRoot), isOpenToOthers: false };
  const me = process.getuid?.() ?? 0;
  const myGroup = process.getgid?.() ?? 0;
  let isOfSystem = SYSTEM_FOLDERS.test(path);
  let isOpenToOthers = false;
  for (let place = path, above = ''; place !== above; above = place, place = dirname(place)) {
    const facts = await lstat(place);
    const { uid, gid } = facts;
    // A link has no rights of its own: who may change the folder that holds it can turn it.
    const mode = facts.isSymbolicLink() ? 0 : facts.mode;
    const isSticky = place !== path && (mode & STICKY) !== 0;
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
