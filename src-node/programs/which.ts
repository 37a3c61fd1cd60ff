import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';

/** Platform and variables that determine where programs are found. */
export type SearchPath = Readonly<{
  platform: NodeJS.Platform;
  /** Value of `PATH`. */
  path: string | undefined;
  /** Value of `PATHEXT`; Windows only. */
  extensions: string | undefined;
}>;

const MOST_NAME = 255;

/** Reports whether a text is a program name without a folder. */
export function isBareName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= MOST_NAME && !/[/\\:\p{Cc}]/u.test(name);
}

/**
 * Returns the absolute path of a name as the system reads it. `..` is kept, except on Windows: behind a link it does not lead back to the folder
 * before the link. Pure.
 * @param directory absolute; relative names start there
 */
export function locationOf(name: string, directory: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return win32.resolve(directory, name);
  const parts = `${posix.isAbsolute(name) ? '' : directory}/${name}`.split('/');
  return `/${parts.filter((part) => part !== '' && part !== '.').join('/')}`;
}

/**
 * Returns the paths at which a program name is looked for, in order. Relative folders in PATH are skipped: they would depend on the current folder.
 * Pure.
 * @param directory absolute; a relative path starts there
 */
export function candidatePaths(name: string, directory: string, search: SearchPath): readonly string[] {
  const paths = search.platform === 'win32' ? win32 : posix;
  const isPath = search.platform === 'win32' ? /[/\\:]/.test(name) : name.includes('/');
  const locations = isPath
    ? [locationOf(name, directory, search.platform)]
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

/** Returns the first of these paths that is a file this user may start. */
export async function findExecutable(locations: readonly string[]): Promise<string | undefined> {
  for (const location of locations) {
    if (await isExecutable(location)) return location;
  }
  return undefined;
}

async function isExecutable(location: string): Promise<boolean> {
  try {
    await access(location, constants.X_OK);
    return (await stat(location)).isFile();
  } catch {
    return false;
  }
}
