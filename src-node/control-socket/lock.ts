import { systemCode } from '#shared/errors.ts';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Time after which a lock counts as left behind by a dead process, ms. */
const PATIENCE = 5000;
/** Pause between two attempts to take the lock, ms. */
const PAUSE = 20;

/**
 * Runs an action while holding a lock that is a file, `PATH.lock`, which only one process can create. `listenControlSocket` holds it while it starts,
 * so that two starting agents can't both find a stale socket and the slower one remove the socket of the faster one.
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

/** Reads the process ID from a file; undefined if there is none. */
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
    // On a full disk the file exists without the process ID: the lock is ours, and other processes wait until it expires.
    if (isFull(error) && existsSync(lock)) return true;
    throw error;
  }
}

/** Reports whether a system error means that the disk or the quota is full. */
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
