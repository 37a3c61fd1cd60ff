import { RIGHTS, type Right } from '#shared/app-api/index.ts';
import { UsageError } from '../../errors.ts';

/** Names of rights on the command line that differ from those of the API, which calls pass-through `relay`. */
const COMMAND_NAMES: Readonly<Record<string, string>> = { relay: 'pass-through' };

/** All names of rights, in the order of the help. */
export const RIGHT_NAMES: readonly string[] = RIGHTS.map((right) => rightName(right));

/** Returns the name of a right on the command line. */
export function rightName(right: string): string {
  return COMMAND_NAMES[right] ?? right;
}

/** Parses a right by its name, or by that of the API. @throws {UsageError} `usage.right` if there is none */
export function parseRight(text: string): Right {
  const name = text.trim();
  const right = RIGHTS.find((known) => rightName(known) === name || known === name);
  if (right === undefined) {
    throw new UsageError('usage.right', `there is no right "${text}"`, {
      details: { right: text, rights: RIGHT_NAMES.join(', ') },
    });
  }
  return right;
}
