import { systemCode } from '#shared/errors.ts';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A start that holds the lock for longer than this has died. */
const PATIENCE = 5000;
const PAUSE = 20;

/**
 * Runs the action while no other process does, by a file that only one can create. Held for the moment of a start only, so that two
 * starts cannot both find a stale socket and the slower one remove the socket of the faster.
 */
export async function withStartLock<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  const lock = `${path}.lock`;
  const begun = performance.now();
  while (!tryCreate(lock)) {
    const holder = readPid(lock);
    const dead = holder !== undefined && !isAlive(holder);
    if (dead || performance.now() - begun > PATIENCE) rmSync(lock, { force: true });
    else await delay(PAUSE);
  }
  try {
    return await action();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The process id in a file; undefined when there is none. */
export function readPid(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

function tryCreate(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    // The name is ours, and on a disk that is full that is all there is: who waits for it has patience, not a process id.
    if (isFull(error) && existsSync(lock)) return true;
    throw error;
  }
}

/** Reports whether the disk is full. */
export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
