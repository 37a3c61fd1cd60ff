import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { ShellCommand } from '../process/environment.ts';

/** Shells in the order in which they are tried; `-p` keeps bash from running a file named by BASH_ENV. */
const CLOSERS: readonly ShellCommand[] = [
  { file: '/bin/bash', args: ['-p'] },
  { file: '/usr/bin/bash', args: ['-p'] },
  { file: '/usr/local/bin/bash', args: ['-p'] },
  { file: '/bin/busybox', args: ['sh'] },
  { file: '/bin/sh', args: [] },
];

let closer: ShellCommand | null | undefined;

/**
 * forkpty(3) opens the terminal without close-on-exec, so on Linux each program started by node-pty inherits the other end of every
 * terminal opened before it: it could read and type there, and those would never hang up. Node has no fcntl(2). So the program is started
 * by a shell that closes what it inherited and then replaces itself by the program: same process, about 2 ms. (macOS is not affected:
 * POSIX_SPAWN_CLOEXEC_DEFAULT.) `file` has to be a path.
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

/** dash reads one digit only, and would run a program of that name. */
function findCloser(): ShellCommand | null {
  const tried = ({ file, args }: ShellCommand): boolean =>
    spawnSync(file, [...args, '-c', 'exec 199>&-; exit 7'], { stdio: 'ignore', env: {} }).status === 7;
  return CLOSERS.find(tried) ?? null;
}
