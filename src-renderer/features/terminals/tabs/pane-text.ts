import { sameHost } from '../session/terminal-host.ts';
import type { Pane } from './tab-types.ts';
import { tidyTitle } from './title.ts';

/**
 * Returns the program in the foreground of a pane as untrusted text; empty if it isn't known. While a program runs that has set a title itself, such as
 * an editor with its file's name, returns that title. A shell's title is left out, because prompts repeat the user, the machine and the folder, which
 * tab and pane show anyway. On a machine that doesn't tell its programs, returns the last title. Pure.
 */
export function programOf({
  foreground,
  title,
  titleOwner,
}: Pick<Pane, 'foreground' | 'title' | 'titleOwner'>): string {
  if (foreground === undefined) return title;
  const isItsOwn = titleOwner.kind === 'program' && titleOwner.program === foreground.program;
  return (isItsOwn ? title : '') || tidyTitle(foreground.program);
}

/**
 * Returns the folder of a pane's program, with `~` for the home folder, as untrusted text; empty if it isn't known. Pure.
 * @param others panes one of which knows the home folder on the same machine, for a terminal that hasn't told yet
 */
export function folderOf(
  { foreground, directory, host }: Pick<Pane, 'foreground' | 'directory' | 'host'>,
  others: Iterable<Pick<Pane, 'foreground' | 'host'>> = [],
): string {
  const folder = foreground?.folder ?? directory ?? '';
  const home =
    foreground?.home ??
    [...others].find((other) => other.foreground?.home !== undefined && sameHost(other.host, host))?.foreground?.home;
  if (home !== undefined && home !== '/' && (folder === home || folder.startsWith(`${home}/`)))
    return tidyPath(`~${folder.slice(home.length)}`);
  return tidyPath(folder);
}

/**
 * Returns the shortest end of a folder that tells it from others: `project`, or `client/src` beside `server/src`. Empty if there is nothing to tell apart,
 * because the folder isn't known or the others are the same. Pure.
 */
export function distinctFolder(folder: string, others: readonly string[]): string {
  const different = others.filter((other) => other !== folder);
  if (folder === '' || different.length === 0) return '';
  const parts = folder.split('/');
  for (let count = 1; count < parts.length; count += 1) {
    const end = parts.slice(-count).join('/');
    if (end !== '' && different.every((other) => other !== end && !other.endsWith(`/${end}`))) return end;
  }
  return folder;
}

/** Longest folder that is shown, characters; the end of a longer one is the part that matters. */
const LONGEST = 60;

function tidyPath(folder: string): string {
  const characters = Array.from(folder);
  return tidyTitle(characters.length > LONGEST ? `…${characters.slice(1 - LONGEST).join('')}` : folder);
}
