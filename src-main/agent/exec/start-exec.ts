import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { lendReads } from '#node/sockets/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { TerminalError } from '#shared/terminal/index.ts';
import { closeInherited, findCommand } from '../terminals/index.ts';
import { createPipes, type AnonymousPipe } from './anonymous-pipes.ts';
import type { ExecExit, ExecProcess, ExecRequest, OutputPipe, StartExec } from './process.ts';

/** Where every output is read to: one after the other, each lends it to the link, which copies, before the next one reads. */
const reads = new Uint8Array(256 * 1024);

/** Starts a program of this machine in a session and process group of its own, with pipes for its streams. */
export const startExec: StartExec = async (request) => {
  const file = findCommand(request.file, request.environment, request.cwd);
  if (file === undefined) throw new TerminalError('terminal.command-not-found', 'no such program');
  const pipes = await createPipes();
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
  if (pipes === undefined) {
    const { stdin, stdout, stderr } = child;
    if (stdin === null || stdout === null || stderr === null)
      throw new TerminalError('terminal.spawn', 'the program has no pipes');
    return new ChildExec(child, stdin, new ChildPipe(stdout), new ChildPipe(stderr));
  }
  const stdin = new Socket({ fd: pipes.stdin.ours, readable: false, writable: true });
  return new ChildExec(child, stdin, new OwnPipe(pipes.stdout.ours), new OwnPipe(pipes.stderr.ours));
};

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

  constructor(child: ChildProcess, stdin: Writable, stdout: OutputPipe, stderr: OutputPipe) {
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.pid = child.pid ?? 0;
    this.exited = new Promise((resolve) => {
      child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    stdin.on('error', () => undefined);
  }

  get hasGroup(): boolean {
    return process.platform !== 'win32' && this.pid > 0 && kill(-this.pid, 0);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid <= 0) return;
    if (process.platform === 'win32') {
      endTreeOnWindows(this.pid);
      return;
    }
    kill(-this.pid, signal);
    // One that is stopped does nothing about it before it goes on.
    if (signal !== 'SIGKILL') kill(-this.pid, 'SIGCONT');
  }
}

/** An end of a pipe of the kernel. */
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

/** The same where Node has made the pipe. */
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

/** @returns false where all of them are gone */
function kill(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}

/** Windows has no process groups. */
function endTreeOnWindows(pid: number): void {
  const program = `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\taskkill.exe`;
  // Fails where all of them are gone.
  execFile(program, ['/PID', String(pid), '/T', '/F'], { timeout: 5000, windowsHide: true }, () => undefined);
}
