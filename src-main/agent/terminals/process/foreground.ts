import { isShellName } from './environment.ts';

/** Program in the foreground of a terminal: name of the leader of its foreground process group. */
export type Foreground = Readonly<{
  /** True for the program that the terminal was opened with. */
  isFirst: boolean;
  /** Program name without control characters, 1–64 characters. */
  name: string;
  /** Working directory of the program; undefined if the system doesn't tell it. */
  folder?: string | undefined;
}>;

/**
 * Function that reads the foreground programs of terminals, by the process IDs of their first programs. Leaves out those that the system doesn't
 * tell. Never rejects.
 */
export type ReadForeground = (pids: readonly number[]) => Promise<ReadonlyMap<number, Foreground>>;

/**
 * Returns the program that would be hung up with the terminal; undefined if only its shell runs. A shell gives each command another process group, so
 * a shell in the first group waits for a command, even one that has replaced the first shell. Used for lists of terminals. Pure.
 * @param isCommand true if the terminal was opened for a command instead of the shell
 */
export function runningProgram({ isFirst, name }: Foreground, isCommand: boolean, shell: string): string | undefined {
  return isFirst && !isCommand && (name === shell || isShellName(name)) ? undefined : name;
}
