import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startProcess } from '../processes.ts';

export type LinkShape = Readonly<{
  /** Both ways together, ms. */
  roundTrip: number;
  /** Mbit/s and KiB, each direction. */
  rate: number;
  queue: number;
  /** 0 to 1, each direction. */
  loss: number;
  /** Of the kernel's TCP at both ends. */
  congestion: 'cubic' | 'bbr' | 'reno';
}>;

/** The far end's address; the near end has `.1`. */
export const FAR_ADDRESS = '10.77.0.2';

/** Two network namespaces with a link between them. Linux, as root, with a C compiler. */
export type EmulatedLink = Readonly<{ near: string; far: string; congestion: string; close(): void }>;

/** Why there can be none here; undefined where there can. */
export function linkProblem(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need Linux and root';
  for (const [program, argument] of [
    ['cc', '--version'],
    ['ip', '-V'],
  ] as const)
    if (spawnSync(program, [argument], { stdio: 'ignore' }).status !== 0) return `${program} is not installed`;
  return undefined;
}

/** @throws {Error} where the kernel refuses */
export async function createLink(shape: LinkShape): Promise<EmulatedLink> {
  const [near, far] = ['near', 'far'].map((end) => `clawreach-bench-${process.pid}-${end}`) as [string, string];
  const close = (): void => {
    for (const space of [near, far]) {
      endProcesses(space);
      spawnSync('ip', ['netns', 'del', space]);
    }
  };
  try {
    for (const space of [near, far]) execFileSync('ip', ['netns', 'add', space]);
    const words = [near, far, shape.roundTrip / 2, shape.loss, shape.rate, shape.queue].map(String);
    await startProcess(compile(), words);
    for (const [space, address] of [
      [near, '10.77.0.1/24'],
      [far, `${FAR_ADDRESS}/24`],
    ] as const) {
      execFileSync('ip', ['-n', space, 'link', 'set', 'lo', 'up']);
      execFileSync('ip', ['-n', space, 'address', 'add', address, 'dev', 'emu0']);
      execFileSync('ip', ['-n', space, 'link', 'set', 'emu0', 'up']);
    }
    const congestion = [near, far].map((space) => setCongestion(space, shape.congestion));
    return { near, far, congestion: congestion.join(' and '), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** What is left in a namespace of ours hears of no end once the link is gone. */
function endProcesses(space: string): void {
  const { stdout } = spawnSync('ip', ['netns', 'pids', space], { encoding: 'utf8' });
  for (const pid of (stdout ?? '').split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Which it is then: kernels leave namespaces only what `tcp_allowed_congestion_control` names. */
function setCongestion(space: string, wanted: string): string {
  const file = '/proc/sys/net/ipv4/tcp_congestion_control';
  const there = ['netns', 'exec', space];
  spawnSync('ip', [...there, 'sh', '-c', `echo ${wanted} > ${file}`], { stdio: 'ignore' });
  return execFileSync('ip', [...there, 'cat', file], { encoding: 'utf8' }).trim();
}

function compile(): string {
  const program = new URL('../../../node_modules/.cache/clawreach-bench/netemu', import.meta.url).pathname;
  mkdirSync(dirname(program), { recursive: true });
  const source = join(import.meta.dirname, 'netemu.c');
  execFileSync('cc', ['-O2', '-pthread', '-o', program, source], { stdio: 'inherit' });
  return program;
}
