import { isShellName } from './environment.ts';

/** Program in the foreground of a terminal: the leader of the foreground process group, by name. */
export type Foreground = Readonly<{
  /** True for the process that the terminal was opened with. */
  isFirst: boolean;
  /** Without control characters, at most 64 characters, not empty. */
  name: string;
}>;

/**
 * Reads the foreground programs of terminals that were opened with these processes; those that the system doesn't tell are left out. Never rejects.
 */
export type ReadForeground = (pids: readonly number[]) => Promise<ReadonlyMap<number, Foreground>>;

/**
 * The program that would be hung up with the terminal; undefined where nothing but its shell is there. A shell gives each command a process group
 * of its own, so a shell by its name in the first one waits for a command, also one that has replaced the first.
 * @param isCommand It was opened for a command instead of the shell.
 */
export function runningProgram({ isFirst, name }: Foreground, isCommand: boolean, shell: string): string | undefined {
  return isFirst && !isCommand && (name === shell || isShellName(name)) ? undefined : name;
}
