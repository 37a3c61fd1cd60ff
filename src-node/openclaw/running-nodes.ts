import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** Program that runs on this machine: its title as the program sets it (perhaps cut), and its age in seconds. */
export type RunningProgram = Readonly<{ pid: number; title: string; seconds: number }>;

/** Process titles of OpenClaw commands that run a node; `connect` becomes one. */
const TITLES: ReadonlySet<string> = new Set(['openclaw-node', 'openclaw-connect']);
/** Number of characters that Linux keeps of a process title. */
const LONGEST_TITLE = 15;
/** Age in seconds from which a program counts: `openclaw node status` has the same title, but ends sooner. */
const SHORTEST = 20;
/** Time limit of `ps`, ms. */
const LIMIT = 10_000;
/** Clock ticks per second in /proc, the same for all kernels. */
const TICKS = 100;

/**
 * Finds a running OpenClaw node in a list of programs. Used by `findOtherNode`. Pure.
 * @returns the program's title and process ID in words; undefined if there is none
 */
export function findRunningNode(programs: readonly RunningProgram[]): string | undefined {
  const found = programs.find(
    ({ title, seconds }) =>
      seconds >= SHORTEST && [...TITLES].some((node) => title === node || title === node.slice(0, LONGEST_TITLE)),
  );
  return found === undefined ? undefined : `${found.title}, process ${String(found.pid)}`;
}

/**
 * Lists the programs that run on this machine with their titles: from /proc on Linux, from the child process `ps` on macOS; empty elsewhere or on an
 * error. `createGatewayMachine` passes it to `findOtherNode`. Never throws.
 */
export async function listRunningPrograms(platform: string, signal?: AbortSignal): Promise<readonly RunningProgram[]> {
  try {
    if (platform === 'linux') return await ofLinux();
    return platform === 'darwin' ? await ofPs(signal) : [];
  } catch {
    return [];
  }
}

async function ofLinux(): Promise<readonly RunningProgram[]> {
  const uptime = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]);
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: RunningProgram[] = [];
  for (const name of names) {
    // The program may have ended meanwhile.
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [, title, rest] = /^\d+ \((.*)\) (.*)$/su.exec(stat) ?? [];
    const started = Number(rest?.split(' ')[19]);
    if (title !== undefined && Number.isFinite(started))
      found.push({ pid: Number(name), title, seconds: uptime - started / TICKS });
  }
  return found;
}

function ofPs(signal: AbortSignal | undefined): Promise<readonly RunningProgram[]> {
  return new Promise((resolve, reject) => {
    const options = { timeout: LIMIT, maxBuffer: 16_777_216, ...(signal === undefined ? {} : { signal }) };
    execFile('/bin/ps', ['-axo', 'pid=,etime=,args='], options, (error, stdout) => {
      if (error === null) resolve(readPs(stdout));
      else reject(error);
    });
  });
}

/** Parses the output of `ps -o pid=,etime=,args=`; the time is `[[days-]hours:]minutes:seconds`. Pure. */
export function readPs(text: string): readonly RunningProgram[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, days = '0', hours = '0', minutes, seconds, title] =
      /^\s*(\d+)\s+(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)\s+(.*?)\s*$/u.exec(line) ?? [];
    if (pid === undefined || title === undefined) return [];
    const time = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
    return [{ pid: Number(pid), title, seconds: time }];
  });
}
