import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Clock } from '#shared/clock.ts';
import { listProcesses, type ProcessEntry } from './process-table.ts';

/** Time for a program to end by itself, ms. */
const GRACE = 2000;
const POLL = 50;
/** Rounds of ending a tree that keeps starting processes. */
const MOST_ROUNDS = 40;
const run = promisify(execFile);

/** A program that was started, and everything it has started in turn. */
export type ProcessTree = Readonly<{
  platform: NodeJS.Platform;
  /** Leader of a process group of its own, except on Windows. */
  pid: number;
  /** `NAME=value` in the environment of all of them, by which those are found that have left the group (Linux). */
  mark: string;
  /** Reports whether the leader hasn't been reaped yet; until then its process ID isn't reused. */
  isLeaderThere: () => boolean;
}>;

/**
 * Ends all of them: asks first, and kills what is still there after two seconds. Resolves when none is left that can be found.
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

/** Lists the living members; zombies do not count. */
async function listMembers(tree: ProcessTree): Promise<readonly number[]> {
  const all = tree.platform === 'linux' ? (listProcesses() ?? []) : await askPs();
  const members = new Set<number>();
  const isLeaderThere = tree.isLeaderThere();
  // As long as the group has members, no new process and no other session gets its number, also where the leader is gone.
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
    // Another account's, or gone.
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
  // Fails where all of them are gone.
  await run(program, ['/PID', String(pid), '/T', '/F'], { timeout: 5000, windowsHide: true }).catch(() => undefined);
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone, or another account's.
  }
}

function wait(clock: Clock, delay: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delay, resolve);
  });
}
