import { DIRECTORY } from '#shared/terminal/index.ts';

/** Longest path that a peer accepts as working directory, UTF-16 code units. */
const LONGEST_PATH = 4096;

/**
 * Parses the URL by which a shell reports its working directory with `OSC 7`: `file://host/path`, percent-encoded. `OpenPanes` stores the path, and a
 * terminal opened beside this one starts in it. Pure.
 * @returns the path, such as `/home/mira` or `C:/Users`; undefined for another URL, or a path that a peer wouldn't accept
 */
export function directoryOf(url: string): string | undefined {
  if (url.length > LONGEST_PATH * 3 || !URL.canParse(url)) return undefined;
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'file:') return undefined;
  try {
    // Windows reports `/C:/Users`.
    const path = decodeURIComponent(pathname).replace(/^\/(?=[A-Za-z]:[/\\])/, '');
    return path.length <= LONGEST_PATH && DIRECTORY.test(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
