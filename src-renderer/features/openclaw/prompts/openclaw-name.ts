import { firstHidden, looksLike } from '#shared/visible-text/index.ts';

/** Problem of a name typed into `SaveDialog`, which shows the text `prompts.save.PROBLEM`. */
export type OpenClawNameProblem = 'missing' | 'invalid' | 'long' | 'taken';

/**
 * Checks the name under which a peer's OpenClaw is saved; undefined if it is valid. Pure.
 * @param taken names of the other saved ones
 */
export function checkOpenClawName(name: string, taken: readonly string[]): OpenClawNameProblem | undefined {
  if (name === '') return 'missing';
  if (name.length > 64) return 'long';
  if (firstHidden(name) !== undefined) return 'invalid';
  return taken.some((other) => looksLike(other, name)) ? 'taken' : undefined;
}
