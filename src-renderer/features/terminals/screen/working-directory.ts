import { DIRECTORY } from '#shared/terminal/index.ts';

/** Longest path that a peer accepts as working directory, characters. */
const LONGEST = 4096;

/**
 * Parses the working directory that a shell reports with `OSC 7`: `file://host/path`, percent-encoded. Undefined if the URL is anything else. Pure.
 */
export function directoryOf(uri: string): string | undefined {
  if (uri.length > LONGEST * 3 || !URL.canParse(uri)) return undefined;
  const { protocol, pathname } = new URL(uri);
  if (protocol !== 'file:') return undefined;
  try {
    // Windows reports `/C:/Users`.
    const path = decodeURIComponent(pathname).replace(/^\/(?=[A-Za-z]:[/\\])/, '');
    return path.length <= LONGEST && DIRECTORY.test(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
