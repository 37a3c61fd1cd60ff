/** As the contract has it: no control characters, none that cannot be seen. */
const NAME = /^[^\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]+$/u;

export type NameProblem = 'missing' | 'invalid' | 'long' | 'taken';

/** What is wrong with the name of a remote. @param taken names of the others */
export function checkName(name: string, taken: readonly string[]): NameProblem | undefined {
  if (name === '') return 'missing';
  if (name.length > 64) return 'long';
  if (!NAME.test(name)) return 'invalid';
  return taken.some((other) => other.toLowerCase() === name.toLowerCase()) ? 'taken' : undefined;
}
