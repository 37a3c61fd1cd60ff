import { realpathSync } from 'node:fs';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the path of the AppImage that contains this program; undefined if there is none. Its variables alone aren't
 * enough: a terminal of another AppImage passes them on, and then they name a different file.
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
