import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';

/** Two descriptors of one kernel pipe: `theirs` for the program, `ours` (non-blocking) for this process. */
export type AnonymousPipe = Readonly<{ theirs: number; ours: number }>;

export type CommandPipes = Readonly<{ stdin: AnonymousPipe; stdout: AnonymousPipe; stderr: AnonymousPipe }>;

/**
 * Shell script of the helper process: makes three pipes, holds them as descriptors 3, 4 and 5, prints its process ID and waits until its input ends.
 * The left side of a shell's `|` has the pipe as its output.
 */
const MAKER = 'exec 6>&1; { { { exec /bin/sh -c "echo \\$\\$ >&6; read x"; } 3>&1 | : ; } 4>&1 | : ; } 5>&1 | :';
/** Longest time for the helper process to make the pipes, ms. */
const PATIENCE = 5000;

/**
 * Creates pipes for the standard streams of a program on Linux. Node gives its children sockets instead, and Linux can't open a socket by name, so
 * `echo >/dev/stderr` and `cat /dev/stdin` would fail (https://github.com/nodejs/node/issues/13278). Node has no pipe(2) and no mkfifo(2), and
 * opening a named pipe blocks; so a helper shell makes the pipes, and this process opens them through `/proc`.
 * @returns undefined on other systems, or if the helper fails
 */
export async function createAnonymousPipes(): Promise<CommandPipes | undefined> {
  if (process.platform !== 'linux') return undefined;
  const maker = spawn('/bin/sh', ['-c', MAKER], { stdio: ['pipe', 'pipe', 'ignore'], env: {}, timeout: PATIENCE });
  maker.on('error', () => undefined);
  maker.stdin.on('error', () => undefined);
  const opened: number[] = [];
  try {
    const [line] = (await Promise.race([once(maker.stdout, 'data'), once(maker.stdout, 'close')])) as unknown[];
    const pid = Number(String(line).trim());
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    const open = (descriptor: number, flags: number): number => {
      const end = openSync(`/proc/${pid}/fd/${descriptor}`, flags);
      opened.push(end);
      return end;
    };
    const input = (descriptor: number): AnonymousPipe => ({
      theirs: open(descriptor, constants.O_RDONLY),
      ours: open(descriptor, constants.O_WRONLY | constants.O_NONBLOCK),
    });
    const output = (descriptor: number): AnonymousPipe => ({
      theirs: open(descriptor, constants.O_WRONLY),
      ours: open(descriptor, constants.O_RDONLY | constants.O_NONBLOCK),
    });
    return { stdin: input(3), stdout: output(4), stderr: output(5) };
  } catch {
    for (const descriptor of opened) closeSync(descriptor);
    return undefined;
  } finally {
    maker.stdin.destroy();
    maker.stdout.destroy();
  }
}
