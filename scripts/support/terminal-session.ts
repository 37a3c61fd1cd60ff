import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { ownEnvironment, type Processes } from './processes.ts';
import { step } from './say.ts';

/** A pipe that says nothing for so long has nothing to say, ms. */
const PIPE_PATIENCE = 1000;

export type SessionOptions = Readonly<{ processes: Processes; dist: string; profile: string }>;

/** The person's terminal, or what a pipe says, or a short command when there is neither. The exit code of the session. */
export async function runTerminalSession({ processes, dist, profile }: SessionOptions): Promise<number> {
  const env = ownEnvironment();
  const words = [join(dist, 'clawreach.js'), 'connect', 'office', `--profile=${profile}`, '--quiet'];
  if (process.stdin.isTTY) {
    step('terminal', `a shell on office, yours; ${styleText('bold', 'Ctrl-D')} ends the demo\n`);
    return attend(processes, spawn(process.execPath, words, { stdio: 'inherit', env }));
  }
  const first = await firstInput();
  if (first === undefined) {
    step('terminal', 'one command on office, because there is no keyboard\n');
    const script = 'echo "Hello from office, process $$"; uname -sr; id -un';
    const command = [...words, '--', 'sh', '-c', script];
    return attend(processes, spawn(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit'], env }));
  }
  step('terminal', 'a shell on office that reads from the pipe\n');
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'inherit', 'inherit'], env });
  // The shell may end before its input does.
  child.stdin.on('error', () => undefined);
  child.stdin.write(first);
  process.stdin.pipe(child.stdin);
  const code = await attend(processes, child);
  process.stdin.destroy();
  return code;
}

/** The first bytes of a pipe; undefined when it is empty or silent. */
async function firstInput(): Promise<Buffer | undefined> {
  const silent = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), PIPE_PATIENCE).unref();
  });
  const first = new Promise<Buffer | undefined>((resolve) => {
    process.stdin.once('data', (chunk: Buffer) => {
      process.stdin.pause();
      resolve(chunk);
    });
    process.stdin.once('end', () => resolve(undefined));
    process.stdin.once('error', () => resolve(undefined));
  });
  const input = await Promise.race([first, silent]);
  if (input === undefined) process.stdin.destroy();
  return input;
}

/** The exit code of a program; a signal to this process reaches it before anything it needs is ended. */
export async function attend(processes: Processes, child: ChildProcess): Promise<number> {
  processes.adopt('the session', child);
  const [code, signal] = await once(child, 'exit');
  return typeof code === 'number' ? code : 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
}
