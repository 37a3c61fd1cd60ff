import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The system shows other processes as files: Linux. Elsewhere the questions below have no answer. */
export const HAS_PROCESS_TABLE = process.platform === 'linux';

/** Processes whose environment has this line, with their command line; zombies have neither. */
export function processesMarked(line: string): readonly Readonly<{ pid: number; command: string }>[] {
  return processIds().flatMap((pid) => {
    const environment = read(pid, 'environ');
    if (environment?.split('\0').includes(line) !== true) return [];
    return [{ pid, command: (read(pid, 'cmdline') ?? '').replaceAll('\0', ' ').trim() }];
  });
}

/** Direct children, zombies too. */
export function childrenOf(parent: number): readonly number[] {
  // The name in parentheses may hold spaces; the parent's id is the second field after it.
  return processIds().filter((pid) => Number(/\) \S (\d+)/.exec(read(pid, 'stat') ?? '')?.[1]) === parent);
}

/** What the open descriptors of a process are, one entry each, such as `socket` or `/dev/ptmx`. */
export function descriptorsOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${descriptor}`).replace(/:\[\d+\]$/, '')];
    } catch {
      // Closed since the directory was read.
      return [];
    }
  });
}

export function isRunning(pid: number): boolean {
  const state = /\) (\S)/.exec(read(pid, 'stat') ?? '')?.[1];
  return state !== undefined && state !== 'Z';
}

function processIds(): readonly number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
