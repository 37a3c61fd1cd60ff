import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#test/support/e2e/commands.ts';
import type { DesktopSession } from '#test/support/window/session.ts';
import { isRoot } from '#test/support/window/user.ts';

const MARK = join(ROOT, 'test/bench/window/mark.cjs');
/** Ms. */
const PATIENCE = 60_000;
/** After the start, until memory has settled, ms. */
const SETTLE = 5000;
/** Nothing happens for so long, ms. */
const IDLE = 20_000;
/** Of `utime` and `stime` in /proc, on every Linux there is. */
const TICKS_PER_SECOND = 100;

export type Started = Readonly<{
  /** From the start of the process to its window being ready to show, ms. */
  ready: number;
  /** Private memory of the main process, bytes; 0 unless asked for. */
  memory: number;
  /** Share of one core that all its processes together take while nothing happens; 0 unless memory is asked for. */
  idle: number;
}>;

/** Starts an application, waits until its window could be shown, and ends it. */
export async function measureStart(
  session: DesktopSession,
  electron: string,
  words: readonly string[],
  options: Readonly<{ memory?: boolean }> = {},
): Promise<Started> {
  const sandbox = isRoot() ? ['--no-sandbox'] : [];
  const started = Date.now();
  const child = session.start([join(electron, 'electron'), '-r', MARK, ...sandbox, ...words]);
  let output = '';
  child.stderr?.on('data', (text: Buffer) => {
    output += text.toString();
  });
  const ready = await new Promise<number>((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`${words[0]} ${what}\n${output}`));
    const timer = setTimeout(() => fail('was not ready in time'), PATIENCE);
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
    child.stdout?.on('data', (text: Buffer) => {
      output += text.toString();
      const at = /^ready-to-show (\d+)$/m.exec(output)?.[1];
      if (at === undefined) return;
      clearTimeout(timer);
      resolve(Number(at) - started);
    });
  });
  let memory = 0;
  let idle = 0;
  if (options.memory === true) {
    await new Promise((settled) => {
      setTimeout(settled, SETTLE);
    });
    memory = privateBytes(child.pid ?? 0);
    const before = cpuSeconds(child.pid ?? 0);
    await new Promise((over) => {
      setTimeout(over, IDLE);
    });
    idle = (cpuSeconds(child.pid ?? 0) - before) / (IDLE / 1000);
  }
  const exited = once(child, 'exit');
  const insist = setTimeout(() => child.kill('SIGKILL'), 10_000);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(insist);
  return { ready, memory, idle };
}

/** Memory that a process shares with nobody, bytes. Linux. */
export function privateBytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return [...rollup.matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm)].reduce(
    (sum, [, kibibytes]) => sum + Number(kibibytes) * 1024,
    0,
  );
}

/** Processor time of a process and all that it has started, seconds. Linux. */
function cpuSeconds(pid: number): number {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The name in brackets may have blanks and brackets itself.
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return [{ pid: Number(name), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
  const family = new Set([pid]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const one of processes) if (family.has(one.parent)) family.add(one.pid);
  }
  const ticks = processes.filter((one) => family.has(one.pid)).reduce((sum, one) => sum + one.ticks, 0);
  return ticks / TICKS_PER_SECOND;
}
