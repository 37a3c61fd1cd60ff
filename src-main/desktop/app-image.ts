import { realpathSync } from 'node:fs';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The AppImage that this program is in. Programs started from one inherit its variables, a terminal of another AppImage hands them on: what they
 * name is ours only where we are in it, and else a stranger's file.
 * @param path of this program, or of something beside it
 */
export function ownImage(variables: Variables, path: string): string | undefined {
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
