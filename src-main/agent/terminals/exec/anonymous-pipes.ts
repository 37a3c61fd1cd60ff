import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';

/** A pipe of the kernel: one end for a program, the other, which does not block, for this process. Descriptors. */
export type AnonymousPipe = Readonly<{ theirs: number; ours: number }>;

export type CommandPipes = Readonly<{ stdin: AnonymousPipe; stdout: AnonymousPipe; stderr: AnonymousPipe }>;

/**
 * Makes three pipes, holds them as descriptors 3, 4 and 5, says its process id and waits until its input ends. The left side of a shell's `|`
 * has the pipe as its output.
 */
const MAKER = 'exec 6>&1; { { { exec /bin/sh -c "echo \\$\\$ >&6; read x"; } 3>&1 | : ; } 4>&1 | : ; } 5>&1 | :';
/** Longest time for the helper process to make the pipes, ms. */
const PATIENCE = 5000;

/**
 * The pipes of a program on Linux. Node gives its children sockets instead, and Linux does not open a socket by name: `echo >/dev/stderr` and
 * `cat /dev/stdin` would fail (https://github.com/nodejs/node/issues/13278). Node has no pipe(2) and no mkfifo(2), and a named pipe makes who
 * opens it wait; so a shell makes the pipes, and this process opens them anew by `/proc`.
 * @returns undefined where that is not possible
 */
export async function createPipes(): Promise<CommandPipes | undefined> {
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
