import { givenName } from '#shared/app-api/index.ts';

/** UTF-16 units of a name, as the contract has it. */
export const NAME_LIMIT = 64;

export type NameProblem =
  | Readonly<{ kind: 'empty' }>
  | Readonly<{ kind: 'too-long'; over: number }>
  /** `code` as `U+202E`; `position` counted from one, in characters. */
  | Readonly<{ kind: 'hidden-character'; code: string; position: number }>
  | Readonly<{ kind: 'taken' }>;

/**
 * What is wrong with a new name for a peer, or undefined.
 * @param others Names of the other peers: two that read the same are one name.
 */
export function checkName(name: string, others: readonly string[]): NameProblem | undefined {
  const wanted = name.trim();
  if (wanted === '') return { kind: 'empty' };
  if (wanted.length > NAME_LIMIT) return { kind: 'too-long', over: wanted.length - NAME_LIMIT };
  if (!givenName.safeParse(wanted).success) {
    const characters = Array.from(wanted);
    const index = characters.findIndex((character) => !givenName.safeParse(character).success);
    return { kind: 'hidden-character', code: codeOf(characters[index] ?? ''), position: index + 1 };
  }
  return others.some((other) => nameKey(other) === nameKey(wanted)) ? { kind: 'taken' } : undefined;
}

function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
