import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Clock } from '#shared/clock.ts';
import { listProcesses, type ProcessEntry } from './process-table.ts';

/** Time that a program gets to end after SIGTERM, ms. */
const GRACE = 2000;
/** Longest pause between two looks at the process table, ms. */
const POLL = 50;
/** Limit of kill rounds for a tree that keeps starting processes. */
const MOST_ROUNDS = 40;
const run = promisify(execFile);

/** Started program and all processes that it has started in turn. */
export type ProcessTree = Readonly<{
  platform: NodeJS.Platform;
  /** Process ID of the program, which leads its own process group (except on Windows). */
  pid: number;
  /** Text `NAME=value` in the environment of all these processes. It identifies those that left the group (Linux only). */
  mark: string;
  /** Reports whether the program has not been reaped yet; until then the system doesn't reuse its process ID. */
  isLeaderThere: () => boolean;
}>;

/**
 * Ends a program that `runProgram` has started, and everything that this program has started: sends SIGTERM, and after the grace period SIGKILL. On
 * Windows runs `taskkill` at once. Finds the processes in /proc on Linux, and with `ps` on macOS. Resolves when no process is left that can be found.
 * @param grace ms; 0 kills at once
 */
export async function endTree(tree: ProcessTree, clock: Clock, grace = GRACE): Promise<void> {
  if (tree.platform === 'win32') {
    if (tree.isLeaderThere()) await endOnWindows(tree.pid);
    return;
  }
  const asked = new Set<number>();
  const killAt = clock.monotonic() + grace;
  for (let round = 0, kills = 0; kills < MOST_ROUNDS; round += 1) {
    const members = await listMembers(tree);
    if (members.length === 0) return;
    const isKill = clock.monotonic() >= killAt;
    if (isKill) kills += 1;
    for (const pid of members) {
      if (!isKill && asked.has(pid)) continue;
      asked.add(pid);
      signal(pid, isKill ? 'SIGKILL' : 'SIGTERM');
    }
    await wait(clock, Math.min(POLL, 5 * (round + 1)));
  }
}

/** Lists the living processes of the tree; zombies do not count. */
async function listMembers(tree: ProcessTree): Promise<readonly number[]> {
  const all = tree.platform === 'linux' ? (listProcesses() ?? []) : await askPs();
  const members = new Set<number>();
  const isLeaderThere = tree.isLeaderThere();
  // While the group has members, the system reuses its number for no other process or session, even after the leader's end.
  const isGroupThere =
    isLeaderThere ||
    !all.some(({ pid, group, session = tree.pid }) => pid === tree.pid || (group === tree.pid && session !== tree.pid));
  for (const { pid, group, isEnded } of all) {
    if (isEnded || pid === process.pid) continue;
    const isOurs = (isGroupThere && group === tree.pid) || (isLeaderThere && pid === tree.pid);
    if (isOurs || (tree.platform === 'linux' && isMarked(pid, tree.mark))) members.add(pid);
  }
  // Children of members that left the group and cleaned their environment.
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent, isEnded } of all) {
      if (isEnded || members.has(pid) || !members.has(parent)) continue;
      members.add(pid);
      grown = true;
    }
  }
  return [...members];
}

type Process = Pick<ProcessEntry, 'pid' | 'parent' | 'group' | 'isEnded'> & Partial<Pick<ProcessEntry, 'session'>>;

function isMarked(pid: number, mark: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${mark}\0`);
  } catch {
    // The process belongs to another account or has ended.
    return false;
  }
}

async function askPs(): Promise<readonly Process[]> {
  try {
    const { stdout } = await run('/bin/ps', ['-axo', 'pid=,ppid=,pgid=,stat='], { timeout: 5000 });
    return stdout.split('\n').flatMap((line) => {
      const [pid, parent, group, state = ''] = line.trim().split(/\s+/);
      return pid === undefined || pid === ''
        ? []
        : [{ pid: Number(pid), parent: Number(parent), group: Number(group), isEnded: state.startsWith('Z') }];
    });
  } catch {
    return [];
  }
}

async function endOnWindows(pid: number): Promise<void> {
  const program = `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\taskkill.exe`;
  // Fails if all of them have ended.
  await run(program, ['/PID', String(pid), '/T', '/F'], { timeout: 5000, windowsHide: true }).catch(() => undefined);
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // The process has ended or belongs to another account.
  }
}

function wait(clock: Clock, delay: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delay, resolve);
  });
}
