import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';

export type SearchPath = Readonly<{
  platform: NodeJS.Platform;
  /** `PATH` */
  path: string | undefined;
  /** `PATHEXT`, Windows only. */
  extensions: string | undefined;
}>;

const MOST_NAME = 255;

/** A name without a folder in front of it. */
export function isBareName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= MOST_NAME && !/[/\\:\p{Cc}]/u.test(name);
}

/**
 * A path as the system reads it: where a folder on the way is a link, `..` behind it is not the folder before it. Windows takes `..` out first.
 * @param directory absolute
 */
export function locationOf(name: string, directory: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return win32.resolve(directory, name);
  const parts = `${posix.isAbsolute(name) ? '' : directory}/${name}`.split('/');
  return `/${parts.filter((part) => part !== '' && part !== '.').join('/')}`;
}

/** The places where a name is looked for, in order. Folders of PATH that are relative are passed over: they are another one for each run. */
export function candidates(name: string, directory: string, search: SearchPath): readonly string[] {
  const paths = search.platform === 'win32' ? win32 : posix;
  const isPath = search.platform === 'win32' ? /[/\\:]/.test(name) : name.includes('/');
  const places = isPath
    ? [locationOf(name, directory, search.platform)]
    : (search.path ?? (search.platform === 'win32' ? '' : '/usr/local/bin:/usr/bin:/bin'))
        .split(paths.delimiter)
        .filter((folder) => paths.isAbsolute(folder))
        .map((folder) => paths.join(folder, name));
  if (search.platform !== 'win32') return places;
  const extensions = (search.extensions ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((one) => /^\.\w+$/.test(one));
  const hasOne = extensions.some((one) => name.toLowerCase().endsWith(one.toLowerCase()));
  return places.flatMap((place) => (hasOne ? [place] : extensions.map((one) => `${place}${one.toLowerCase()}`)));
}

/** The first of them that this user may start. */
export async function findExecutable(places: readonly string[]): Promise<string | undefined> {
  for (const place of places) {
    if (await isExecutable(place)) return place;
  }
  return undefined;
}

async function isExecutable(place: string): Promise<boolean> {
  try {
    await access(place, constants.X_OK);
    return (await stat(place)).isFile();
  } catch {
    return false;
  }
}
