import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';

/**
 * Platform and variables that determine where programs are found. The functions in this file find the programs that `LocalPrograms` starts for a
 * gateway, the notification command, and on Windows the programs of terminals.
 */
export type SearchPath = Readonly<{
  platform: NodeJS.Platform;
  /** Value of `PATH`. */
  path: string | undefined;
  /** Value of `PATHEXT`; Windows only. */
  extensions: string | undefined;
}>;

const MOST_NAME = 255;

/** Reports whether a text is a program name without a folder. Pure. */
export function isBareName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= MOST_NAME && !/[/\\:\p{Cc}]/u.test(name);
}

/**
 * Converts the path of a file to an absolute path. On Windows, resolves `..`; on other systems keeps it, because after a symbolic
 * link the system resolves it from the link's target. Pure.
 * @param name absolute path, or path relative to `directory`
 * @param directory absolute path
 */
export function absolutePathOf(name: string, directory: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return win32.resolve(directory, name);
  const parts = `${posix.isAbsolute(name) ? '' : directory}/${name}`.split('/');
  return `/${parts.filter((part) => part !== '' && part !== '.').join('/')}`;
}

/**
 * Returns the absolute paths at which a program may be, in the order in which they are tried. Skips relative folders in PATH, because they depend on
 * the current folder. Pure.
 * @param name bare name, searched in PATH, or path
 * @param directory absolute path, at which a relative `name` starts
 */
export function programPaths(name: string, directory: string, search: SearchPath): readonly string[] {
  const paths = search.platform === 'win32' ? win32 : posix;
  const isPath = search.platform === 'win32' ? /[/\\:]/.test(name) : name.includes('/');
  const locations = isPath
    ? [absolutePathOf(name, directory, search.platform)]
    : (search.path ?? (search.platform === 'win32' ? '' : '/usr/local/bin:/usr/bin:/bin'))
        .split(paths.delimiter)
        .filter((folder) => paths.isAbsolute(folder))
        .map((folder) => paths.join(folder, name));
  if (search.platform !== 'win32') return locations;
  const extensions = (search.extensions ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((one) => /^\.\w+$/.test(one));
  const hasOne = extensions.some((one) => name.toLowerCase().endsWith(one.toLowerCase()));
  return locations.flatMap((location) =>
    hasOne ? [location] : extensions.map((one) => `${location}${one.toLowerCase()}`),
  );
}

/** Returns the first of these paths at which there is a file that this user may execute; undefined if there is none. Reads the disk only. */
export async function findExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
