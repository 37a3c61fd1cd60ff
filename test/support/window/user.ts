import { spawnSync } from 'node:child_process';

/** Who runs a program of a test: whoever runs the tests, or an account without any privilege. */
export type User = 'root' | 'normal';

/** Nobody, as every Linux has it. */
const NOBODY = 65534;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** A command line that runs `words` as that user. Whoever is not root is a normal user already. */
export function asUser(user: User, words: readonly string[]): readonly [string, ...string[]] {
  const [program = '', ...others] = words;
  return user === 'normal' && isRoot()
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--', program, ...others]
    : [program, ...others];
}

/** The owner that files of that user must have; undefined when they have it anyway. */
export function ownerOf(user: User): Readonly<{ uid: number; gid: number }> | undefined {
  return user === 'normal' && isRoot() ? { uid: NOBODY, gid: NOBODY } : undefined;
}

/** Whether that user may read the file. */
export function mayRead(user: User, file: string): boolean {
  const [program, ...words] = asUser(user, ['test', '-r', file]);
  return spawnSync(program, words).status === 0;
}
