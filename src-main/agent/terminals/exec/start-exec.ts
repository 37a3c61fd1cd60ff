import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { lendReads } from '#node/sockets/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { TerminalError } from '#shared/terminal/index.ts';
import { findCommand } from '../process/command-path.ts';
import { closeInherited } from '../pty-host/inherited-descriptors.ts';
import { createAnonymousPipes, type AnonymousPipe, type CommandPipes } from './anonymous-pipes.ts';
import { ProcessGroup } from './process-group.ts';
import type { ExecExit, ExecProcess, ExecRequest, OutputPipe, StartExec } from './process.ts';

/** Buffer shared by all reads of output: the link copies the bytes before the next read. */
const reads = new Uint8Array(256 * 1024);

/**
 * Starts a program as a child process with pipes for its standard streams; except on Windows, in its own POSIX session and process group, so that all
 * of it can be signalled. On Linux a short-lived helper shell makes the pipes. Used by `ExecService`, for every command that a peer runs here.
 */
export const startExec: StartExec = async (request) => {
  const file = findCommand(request.file, request.environment, request.cwd);
  if (file === undefined) throw new TerminalError('terminal.command-not-found', 'no such program');
  const pipes = await createAnonymousPipes();
  const ends = pipes === undefined ? [] : [pipes.stdin, pipes.stdout, pipes.stderr];
  let child: ChildProcess;
  try {
    child = await spawned({ ...request, file }, ends);
  } catch (error) {
    for (const { ours } of ends) closeSync(ours);
    throw new TerminalError('terminal.spawn', errorMessage(error), { cause: error });
  } finally {
    for (const { theirs } of ends) closeSync(theirs);
  }
  try {
    return joined(child, pipes);
  } catch (error) {
    new ProcessGroup(child.pid ?? 0).signal('SIGKILL');
    for (const { ours } of ends) closeSync(ours);
    throw new TerminalError('terminal.spawn', errorMessage(error), { cause: error });
  }
};

function joined(child: ChildProcess, pipes: CommandPipes | undefined): ExecProcess {
  if (pipes !== undefined) {
    const stdin = new Socket({ fd: pipes.stdin.ours, readable: false, writable: true });
    return new ChildExec(child, stdin, new OwnPipe(pipes.stdout.ours), new OwnPipe(pipes.stderr.ours));
  }
  const { stdin, stdout, stderr } = child;
  // Always there with `pipe`.
  if (stdin === null || stdout === null || stderr === null) throw new TypeError('the program has no pipes');
  return new ChildExec(child, stdin, new ChildPipe(stdout), new ChildPipe(stderr));
}

async function spawned(request: ExecRequest, ends: readonly AnonymousPipe[]): Promise<ChildProcess> {
  // Electron and native modules open files that a child would inherit.
  const start = closeInherited(request.file, request.args);
  const child = spawn(start.file, [...start.args], {
    cwd: request.cwd,
    env: { ...request.environment },
    stdio: ends.length === 0 ? ['pipe', 'pipe', 'pipe'] : ends.map(({ theirs }) => theirs),
    // A group of its own, which can be signalled as a whole.
    detached: process.platform !== 'win32',
    windowsHide: true,
    shell: false,
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.on('error', () => undefined);
  return child;
}

class ChildExec implements ExecProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
  readonly exited: Promise<ExecExit>;
  readonly #group: ProcessGroup;
  #hasExited = false;

  constructor(child: ChildProcess, stdin: Writable, stdout: OutputPipe, stderr: OutputPipe) {
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.pid = child.pid ?? 0;
    // Windows has no process groups.
    this.#group = new ProcessGroup(process.platform === 'win32' ? 0 : this.pid);
    this.exited = new Promise((resolve) => {
      const exited = (exitCode: number | null, signal: string | null): void => {
        this.#hasExited = true;
        this.#group.leaderExited();
        resolve({ exitCode, signal });
      };
      // A child that is gone already emits nothing more.
      if (child.exitCode !== null || child.signalCode !== null) exited(child.exitCode, child.signalCode);
      else child.once('exit', exited);
    });
    stdin.on('error', () => undefined);
  }

  get hasGroup(): boolean {
    return this.#group.isThere;
  }

  get isGroupRunning(): boolean {
    return this.#group.isRunning;
  }

  signal(signal: NodeJS.Signals): void {
    if (process.platform !== 'win32') this.#group.signal(signal);
    // After its exit, its descendants can't be found, and its process ID may belong to another process.
    else if (!this.#hasExited && this.pid > 0) endTreeOnWindows(this.pid);
  }
}

/** Output pipe made by `createAnonymousPipes`. */
class OwnPipe implements OutputPipe {
  readonly #descriptor: number;
  #taken = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  start(take: (chunk: Uint8Array) => boolean): Readable {
    this.#taken = true;
    const options = {
      fd: this.#descriptor,
      readable: true,
      writable: false,
      pauseOnCreate: true,
      onread: { buffer: reads, callback: (length: number, buffer: Uint8Array) => take(buffer.subarray(0, length)) },
    };
    const socket = new Socket(options);
    socket.resume();
    return socket;
  }

  destroy(): void {
    if (this.#taken) return;
    this.#taken = true;
    closeSync(this.#descriptor);
  }
}

/** Output pipe made by Node. */
class ChildPipe implements OutputPipe {
  readonly #stream: Readable;

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on('error', () => undefined);
  }

  start(take: (chunk: Uint8Array) => boolean): Readable {
    if (this.#stream instanceof Socket) {
      const socket = lendReads(this.#stream, reads, take);
      socket.resume();
      return socket;
    }
    this.#stream.on('data', (chunk: Buffer) => {
      if (!take(chunk)) this.#stream.pause();
    });
    return this.#stream;
  }

  destroy(): void {
    this.#stream.destroy();
  }
}

/** Ends a process and its descendants with `taskkill`. */
function endTreeOnWindows(pid: number): void {
  const program = `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\taskkill.exe`;
  // Fails where all of them are gone.
  execFile(program, ['/PID', String(pid), '/T', '/F'], { timeout: 5000, windowsHide: true }, () => undefined);
}
