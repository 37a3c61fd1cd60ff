import { firstHidden, looksLike } from '#shared/visible-text/index.ts';

export type OpenClawNameProblem = 'missing' | 'invalid' | 'long' | 'taken';

/** Validates the name of a saved OpenClaw; undefined if it is valid. @param taken names of the others */
export function checkOpenClawName(name: string, taken: readonly string[]): OpenClawNameProblem | undefined {
  if (name === '') return 'missing';
  if (name.length > 64) return 'long';
  if (firstHidden(name) !== undefined) return 'invalid';
  return taken.some((other) => looksLike(other, name)) ? 'taken' : undefined;
}
