import type { TransferView } from '#shared/app-api/index.ts';
import { quoteShellWord } from '#shared/shell-quoting.ts';

/** Characters that no path may have that is typed into a terminal: they would act there, or aren't seen. */
const ACTS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * Returns the quoted paths of files that were sent into the folder of a terminal, for a POSIX shell, without a line feed; undefined if they aren't known,
 * or one has characters that would act in a terminal. They are the word of the other machine. Pure.
 */
export function typedPaths({ state, there }: Pick<TransferView, 'state' | 'there'>): string | undefined {
  if ((state !== 'done' && state !== 'partly') || there === null || there.names.length === 0) return undefined;
  const { folder, names } = there;
  if (folder === null || !folder.startsWith('/') || names.some((name) => name.includes('/'))) return undefined;
  const paths = names.map((name) => `${folder === '/' ? '' : folder}/${name}`);
  return paths.some((path) => ACTS.test(path)) ? undefined : `${paths.map(quoteShellWord).join(' ')} `;
}
