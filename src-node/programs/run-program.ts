import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { withTimeout } from '#shared/timeout.ts';
import { checkFile, checkFolder, checkProgram } from './file-identity.ts';
import { LimitedOutput } from './limited-output.ts';
import { endTree, type ProcessTree } from './process-tree.ts';
import { ProgramError, type ProgramEnd, type ProgramStart } from './types.ts';

/** Time to wait after the program's end for output that other processes still hold open, ms. */
const DRAIN = 250;
/** Environment variable that marks all processes of one run. */
const MARK = 'CLAWREACH_RUN';

/**
 * Runs a program as `Programs.run` describes: checks it and its files again, starts it as a child process without input, collects its output, waits
 * for its end, and then ends everything that it has started. Used by `LocalPrograms`.
 */
export async function runProgram(
  start: ProgramStart,
  signal: AbortSignal,
  platform: NodeJS.Platform,
  clock: Clock,
): Promise<ProgramEnd> {
  signal.throwIfAborted();
  const mark = randomBytes(16).toString('hex');
  const child = await startChecked(start, mark, platform);
  const output = new LimitedOutput(start.outputLimit);
  child.stdout?.on('data', (bytes: Buffer) => output.add('stdout', bytes));
  child.stderr?.on('data', (bytes: Buffer) => output.add('stderr', bytes));
  let isThere = true;
  const exited = new Promise<Readonly<{ exitCode: number | null; signal: string | null }>>((resolve) => {
    child.once('exit', (exitCode, name) => {
      isThere = false;
      resolve({ exitCode, signal: name });
    });
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const tree: ProcessTree = {
    platform,
    pid: child.pid ?? 0,
    mark: `${MARK}=${mark}`,
    isLeaderThere: () => isThere,
  };
  let ending: Promise<void> | undefined;
  const end = (): void => {
    ending ??= endTree(tree, clock);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const how = await exited;
    await withTimeout(clock, DRAIN, closed);
    await ending;
    // Processes left in the background or in another session end with the program.
    await endTree(tree, clock, 0);
    await withTimeout(clock, DRAIN, closed);
    return { ...how, stdout: output.end('stdout'), stderr: output.end('stderr'), outputLength: output.length };
  } finally {
    signal.removeEventListener('abort', end);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

/** Starts the program immediately after the last check, without any step in between. */
async function startChecked(start: ProgramStart, mark: string, platform: NodeJS.Platform): Promise<ChildProcess> {
  const { program, argv, directory, files } = start;
  for (const file of files) checkFile(file);
  checkFolder(directory);
  checkProgram(program);
  let child: ChildProcess;
  try {
    child = spawn(program.path, argv.slice(1), {
      // The full path: programs find their files beside it, and a shell whose name begins with `-` would read login files.
      argv0: program.namedAs,
      cwd: directory.path,
      env: { ...start.environment, [MARK]: mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: platform !== 'win32',
      windowsHide: true,
      shell: false,
    });
  } catch (error) {
    throw startError(program.path, error);
  }
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(startError(program.path, error)));
  });
  child.on('error', () => undefined);
  return child;
}

function startError(path: string, error: unknown): ProgramError {
  return new ProgramError('program.start', errorMessage(error), { cause: error, details: { path } });
}
