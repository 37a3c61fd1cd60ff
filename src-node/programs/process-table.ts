import { readdirSync, readFileSync } from 'node:fs';

/** Process of this machine, with the fields of proc_pid_stat(5). */
export type ProcessEntry = Readonly<{
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** Time at which the process started, in clock ticks since the system's start, as text. With `pid`, it identifies a process permanently. */
  startedAt: string;
  /** True if the process has ended and its parent has not waited for it yet (zombie). */
  isEnded: boolean;
}>;

/**
 * Lists the processes of this machine from /proc. Used to end everything that a terminal, a command or a program has started.
 * @returns undefined on systems other than Linux
 */
export function listProcesses(): readonly ProcessEntry[] | undefined {
  if (process.platform !== 'linux') return undefined;
  let names: readonly string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return undefined;
  }
  return names.flatMap((name) => (/^\d+$/.test(name) ? (readEntry(Number(name)) ?? []) : []));
}

function readEntry(pid: number): ProcessEntry | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    // The process has ended since the directory was read.
    return undefined;
  }
  // The name of the program, in parentheses, may hold anything. After it comes field 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent, group, session] = fields;
  const startedAt = fields[19] ?? '';
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startedAt,
    isEnded: /[ZX]/.test(state),
  };
}
