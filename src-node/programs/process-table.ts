import { readdirSync, readFileSync } from 'node:fs';

/** A process as proc_pid_stat(5) has it. */
export type ProcessEntry = Readonly<{
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** Clock ticks from the system's start to its own, as text. With `pid`, it names one process for good. */
  startedAt: string;
  /** True once it has ended and its parent has not waited for it yet. */
  isEnded: boolean;
}>;

/** Lists the processes of the system. @returns undefined where it doesn't show them as files: on everything but Linux */
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
    // It has ended since the directory was read.
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
