import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Longest wait for systemd's answer, ms. The relay ends meanwhile. */
const PATIENCE = 2000;
/** Longest list of jobs that is read, bytes. */
const MOST = 256 * 1024;

/**
 * Reports whether systemd stops the service of this process and starts it again by no job of its own: `systemctl stop`, in contrast to `restart` and a
 * reboot. False if systemd didn't start this process or gives no answer. Runs `systemctl`. Called when the relay is told to end.
 */
export async function isStoppedBySystemd(): Promise<boolean> {
  if (process.platform !== 'linux' || process.env['INVOCATION_ID'] === undefined) return false;
  try {
    const unit = unitOf(await readFile('/proc/self/cgroup', 'utf8'));
    if (unit === undefined) return false;
    const words = ['list-jobs', '--no-legend', '--plain', '--no-pager'];
    const { stdout } = await promisify(execFile)('systemctl', words, { timeout: PATIENCE, maxBuffer: MOST });
    return isStopped(unit, stdout);
  } catch {
    return false;
  }
}

/** Returns the name of the system's service to which a process belongs, by its `/proc/PID/cgroup`; undefined for none. Pure. */
export function unitOf(cgroup: string): string | undefined {
  const [, path = ''] = /^(?:0:|\d+:name=systemd):(\/.*)$/m.exec(cgroup) ?? [];
  return path.startsWith('/user.slice/') ? undefined : /\/([^/]+\.service)$/.exec(path)?.[1];
}

/** Reports whether jobs, as `systemctl list-jobs` prints them, stop the unit for good. A machine that shuts down may come back. Pure. */
export function isStopped(unit: string, jobs: string): boolean {
  const rows = jobs.split('\n').map((line) => line.trim().split(/\s+/));
  if (rows.some(([, name]) => name === 'shutdown.target')) return false;
  return rows.some(([, name, type]) => name === unit && type === 'stop');
}
