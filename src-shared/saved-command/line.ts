import { ClawReachError } from '../errors.ts';
import { shellQuoted } from '../shell-quoting.ts';
import { wordPlaces } from './quoting.ts';

/** Longest line of a saved command, characters. */
export const LONGEST_LINE = 4000;
/** Most placeholders of a line. */
export const MOST_PLACEHOLDERS = 32;

/** Name of a placeholder within `{{…}}`. */
const NAME = /^[a-z][a-z0-9_-]{0,31}$/;
const PLACEHOLDER = /\{\{([a-z][a-z0-9_-]{0,31})\}\}/g;
/** Values that `cmd.exe` takes within quotes as they are. It has no way to quote the other characters. */
const WINDOWS_VALUE = /^[^"%!^&|<>\r\n]*$/;
/** End with which a value would escape its closing quote for the programs that read it. */
const WINDOWS_ESCAPE = /\\$/;

/** Error about a saved command or the values of its placeholders. `src-shared/locales` has the text of each code. */
export class SavedCommandError extends ClawReachError {
  override readonly name = 'SavedCommandError';
}

/** Reports whether a placeholder can have this name. Pure. */
export function isPlaceholderName(name: string): boolean {
  return NAME.test(name);
}

/** Returns the names of the placeholders in a line, such as `branch` for `{{branch}}`, each once and in order. Pure. */
export function placeholdersOf(line: string): readonly string[] {
  return [...new Set([...line.matchAll(PLACEHOLDER)].map(([, name = '']) => name))];
}

/**
 * Returns the first placeholder whose value wouldn't be one word for the shell, such as one within quotes; undefined for none. Pure.
 * @param isWindows true for `cmd.exe`, false for a POSIX shell
 */
export function quotedPlaceholder(line: string, isWindows: boolean): string | undefined {
  const isWord = wordPlaces(line, isWindows);
  return [...line.matchAll(PLACEHOLDER)].find(({ index }) => !isWord(index))?.[1];
}

/**
 * Returns the line with the values in the place of its placeholders. Each value is one word for the shell, quoted, whatever it contains. Pure.
 * @param isWindows true for `cmd.exe`, false for a POSIX shell
 * @throws {SavedCommandError} `saved-command.quoted` with a placeholder within quotes; `saved-command.missing` without a value for each placeholder; `saved-command.unknown-value` for a value without one;
 * `saved-command.windows-value` for a value that `cmd.exe` can't take as one word
 */
export function fillPlaceholders(line: string, values: Readonly<Record<string, string>>, isWindows: boolean): string {
  const names = placeholdersOf(line);
  const missing = names.filter((name) => values[name] === undefined);
  if (missing.length > 0)
    throw new SavedCommandError('saved-command.missing', 'a placeholder has no value', {
      details: { names: missing.join(', ') },
    });
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new SavedCommandError('saved-command.unknown-value', 'no placeholder has this name', {
      details: { value: unknown, names: names.join(', ') },
    });
  const inQuotes = quotedPlaceholder(line, isWindows);
  if (inQuotes !== undefined)
    throw new SavedCommandError('saved-command.quoted', 'a placeholder stands within quotes', {
      details: { name: inQuotes },
    });
  return line.replaceAll(PLACEHOLDER, (_whole, name: string) => quoted(values[name] ?? '', isWindows));
}

function quoted(value: string, isWindows: boolean): string {
  if (!isWindows) return shellQuoted(value);
  if (!WINDOWS_VALUE.test(value) || WINDOWS_ESCAPE.test(value))
    throw new SavedCommandError('saved-command.windows-value', 'cmd.exe cannot take it as one word', {
      details: { value },
    });
  return `"${value}"`;
}
