import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { ShellCommand } from '../process/environment.ts';

/** Shells tried for closing descriptors, in order; `-p` keeps bash from running the file named by BASH_ENV. */
const CLOSERS: readonly ShellCommand[] = [
  { file: '/bin/bash', args: ['-p'] },
  { file: '/usr/bin/bash', args: ['-p'] },
  { file: '/usr/local/bin/bash', args: ['-p'] },
  { file: '/bin/busybox', args: ['sh'] },
  { file: '/bin/sh', args: [] },
];

let closer: ShellCommand | null | undefined;

/**
 * Wraps a program so that it inherits no descriptors but its standard streams; returns the command to start and doesn't start it. On Linux each call
 * reads /proc/self/fd, and the first one starts shells and waits for them, to find one that can close descriptors; if none can, the command is
 * returned unchanged and the next call tries again. On other systems it is returned unchanged.
 *
 * forkpty(3) opens terminals without close-on-exec, so on Linux each program started by node-pty would inherit the other end of every terminal opened
 * before: it could read and type there, and those terminals would never hang up. Node has no fcntl(2). So a shell closes the inherited descriptors
 * and replaces itself with the program: same process, about 2 ms. macOS isn't affected (POSIX_SPAWN_CLOEXEC_DEFAULT). Used for each program that a
 * peer starts, on a PTY or without one.
 * @param file a path, not a bare name
 */
export function closeInherited(file: string, args: readonly string[]): ShellCommand {
  if (process.platform !== 'linux') return { file, args };
  closer ??= findCloser();
  if (closer === null) return { file, args };
  const closings = readdirSync('/proc/self/fd')
    .filter((name) => Number(name) > 2)
    .map((name) => `${name}>&-`);
  return {
    file: closer.file,
    args: [...closer.args, '-c', `exec ${closings.join(' ')}; exec "$@"`, 'sh', file, ...args],
  };
}

/**
 * Finds a shell that can close descriptors of several digits, by starting each in turn (synchronously); null if none can. dash can't: it would run a
 * program of that name.
 */
function findCloser(): ShellCommand | null {
  const tried = ({ file, args }: ShellCommand): boolean =>
    spawnSync(file, [...args, '-c', 'exec 199>&-; exit 7'], { stdio: 'ignore', env: {} }).status === 7;
  return CLOSERS.find(tried) ?? null;
}
