import { firstHidden, looksLike } from '#shared/visible-text/index.ts';

export type RemoteNameProblem = 'missing' | 'invalid' | 'long' | 'taken';

/** What is wrong with the name of a remote. @param taken names of the others */
export function checkRemoteName(name: string, taken: readonly string[]): RemoteNameProblem | undefined {
  if (name === '') return 'missing';
  if (name.length > 64) return 'long';
  if (firstHidden(name) !== undefined) return 'invalid';
  return taken.some((other) => looksLike(other, name)) ? 'taken' : undefined;
}
