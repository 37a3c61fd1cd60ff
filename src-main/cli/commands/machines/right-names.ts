import type { Option } from 'commander';
import { RIGHTS, type Right } from '#shared/app-api/index.ts';
import { UsageError } from '../../errors.ts';
import { createRightOption } from '../../right-option.ts';
import { nearest } from '../../suggestions.ts';

/** Names of rights that differ between commands and API. */
const COMMAND_NAMES: Readonly<Record<string, string>> = { relay: 'pass-through' };

/** Names of all rights as commands accept and print them, in the order of the help. */
export const RIGHT_NAMES: readonly string[] = RIGHTS.map((right) => rightName(right));

/** Returns the name that commands use for a right of the API, such as `pass-through` for `relay`. */
export function rightName(right: string): string {
  return COMMAND_NAMES[right] ?? right;
}

/**
 * Returns the right with that name in commands or in the API. Pure.
 * @throws {UsageError} `usage.right` if there is none
 */
export function parseRight(text: string): Right {
  const name = text.trim();
  const right = RIGHTS.find((known) => rightName(known) === name || known === name);
  if (right === undefined) {
    const meant = nearest(name, RIGHT_NAMES).trim();
    throw new UsageError('usage.right', `there is no right "${text}"`, {
      details: { right: text, rights: RIGHT_NAMES.join(', '), ...(meant === '' ? {} : { meant: meant.slice(1, -1) }) },
    });
  }
  return right;
}

/**
 * Returns the rights of `--allow`, each once; every word may name several, separated by commas. Pure.
 * @throws {UsageError} `usage.right`
 */
export function parseRights(words: readonly string[] = []): Right[] {
  return [...new Set(words.flatMap((text) => text.split(',')).map(parseRight))];
}

/** Creates an option that takes rights. Completion offers their names; a word may also name several, separated by commas. */
export function rightOption(flags: string, description: string): Option {
  return createRightOption(flags, description, RIGHT_NAMES);
}
