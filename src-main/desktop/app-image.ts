import { realpathSync } from 'node:fs';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the path of the AppImage that contains this program; undefined if there is none. Checks the program's path as well as the variables,
 * because a terminal inside another AppImage passes on that image's variables. Used by autostart, updates and the installer of the command. Changes
 * nothing, and reads the disk only to resolve links.
 * @param path path of this program, or of a file beside it
 */
export function currentAppImage(variables: Variables, path: string): string | undefined {
  const { APPIMAGE: image, APPDIR: mounted } = variables;
  if (image === undefined || image === '' || mounted === undefined || mounted === '') return undefined;
  return [mounted, withoutLinks(mounted)].some((folder) => path.startsWith(`${folder.replace(/\/+$/, '')}/`))
    ? image
    : undefined;
}

function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
