import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { readdir, readFile } from 'node:fs/promises';

const started: ChildProcess[] = [];

/** Starts a process that prints one line when it is ready, and gives that line. Ended by `endAll`. */
export async function startProcess(
  command: string,
  arguments_: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(command, arguments_, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, CLAWREACH_DISCOVERY: 'off', ...environment },
  });
  started.push(child);
  if (child.stdout === null) throw new Error('no output');
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`${command} ${arguments_.join(' ')} ended with ${code}`)));
  });
  return { child, line };
}

export function track(child: ChildProcess): void {
  started.push(child);
}

export function endAll(): void {
  for (const child of started) child.kill('SIGTERM');
}

/** Resident memory of a process, bytes. Linux. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(status);
  if (line?.[1] === undefined) throw new Error('no VmRSS');
  return Number(line[1]) * 1024;
}

/** User and system time of these processes and of those they started, so far, seconds. Linux. */
export async function processorSeconds(pids: readonly number[]): Promise<number> {
  const wanted = new Set(pids);
  let ticks = 0;
  // Children have higher numbers than their parents, until numbers begin again.
  for (const [pid, parent, used] of await processTable()) {
    if (!wanted.has(pid) && !wanted.has(parent)) continue;
    wanted.add(pid);
    ticks += used;
  }
  return ticks / 100;
}

/** Number, parent and ticks of every process, by number. */
async function processTable(): Promise<readonly (readonly [number, number, number])[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const rows = pids.map(async (pid) => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [pid, Number(fields[1]), Number(fields[11] ?? 0) + Number(fields[12] ?? 0)] as const;
  });
  return (await Promise.all(rows)).sort(([one], [other]) => one - other);
}
