import { DIRECTORY } from '#shared/terminal/index.ts';

/** As a target takes it, characters. */
const LONGEST = 4096;

/**
 * Where the shell is, as it says with `OSC 7`: `file://host/path`, in the coded form of an address. Undefined for anything else.
 * @param said What stands behind `OSC 7`.
 */
export function directoryOf(uri: string): string | undefined {
  if (uri.length > LONGEST * 3 || !URL.canParse(uri)) return undefined;
  const { protocol, pathname } = new URL(uri);
  if (protocol !== 'file:') return undefined;
  try {
    // `/C:/Users` on Windows.
    const path = decodeURIComponent(pathname).replace(/^\/(?=[A-Za-z]:[/\\])/, '');
    return path.length <= LONGEST && DIRECTORY.test(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
