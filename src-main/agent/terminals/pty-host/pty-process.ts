import { readSync, statSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { spawn } from 'node-pty';
import type { IPty } from 'node-pty';
import type { Clock, Timer } from '#shared/clock.ts';
import type { PtyProgram } from './backend.ts';
import { closeInherited } from './inherited-descriptors.ts';

/** Program on a PTY, inside the PTY host. */
export interface PtyProcess {
  readonly pid: number;
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** Stops reading; output that was already read may still come. */
  pause(): void;
  resume(): void;
  /** Signals the process group, or the process alone if it leads no group. */
  signal(signal: 'SIGHUP' | 'SIGKILL'): void;
}

export interface PtyProcessEvents {
  data(bytes: Uint8Array): void;
  inputTaken(bytes: number): void;
  /** Reports the exit, after the last byte of output. `exitCode` is 0–255; `signal` is a number, 0 for none. */
  exited(exitCode: number, signal: number): void;
}

export type SpawnPty = (request: PtyProgram, events: PtyProcessEvents, clock: Clock) => PtyProcess;

/** Most bytes read after the program's exit; more can only come from processes that it left on its terminal. */
const MAX_DRAIN_BYTES = 1_048_576;
const MAX_RETRY_DELAY = 16;
const MAX_LEAVING_DELAY = 128;

/** Starts a program on a PTY with node-pty 1.1.0. On Unix, `UnixPty` works around defects of node-pty. */
export const spawnPty: SpawnPty = (request, events, clock) => {
  const start = closeInherited(request.file, request.args);
  const pty = spawn(start.file, [...start.args], {
    name: request.environment['TERM'] ?? 'xterm-256color',
    cols: request.cols,
    rows: request.rows,
    cwd: isFolder(request.cwd) ? request.cwd : '/',
    env: { ...request.environment },
    encoding: process.platform === 'win32' ? null : 'utf8',
  });
  return process.platform === 'win32' ? new PlainPty(pty, events) : new UnixPty(pty, events, clock);
};

/**
 * PTY on Unix, by node-pty, with workarounds for these defects:
 * 1. Encoding `null` gives bytes, but also clears IUTF8 in the terminal, and then the kernel erases half characters. So the PTY
 *    is opened with 'utf8', and the decoder is removed from the socket.
 * 2. 200 ms after the program's end node-pty destroys the socket, read or not, and an error of the socket (EIO is the normal end on Linux)
 *    drops what is buffered: a paused reader loses the end of the output. So `destroy` first reads what is left.
 * 3. A program that closes its output before it exits (cat does) makes the socket fail and node-pty close the terminal, and the kernel then
 *    hangs the program up: exit code 0 becomes SIGHUP. So the socket is destroyed when the process is gone.
 * 4. node-pty's writer retries EAGAIN in a busy loop, and may write to a descriptor that was closed and reused. So this class writes the
 *    input itself.
 * The workarounds use fields that node-pty's typings don't declare; `internalsOf` throws if they are missing.
 */
class UnixPty implements PtyProcess {
  readonly pid: number;
  readonly #pty: IPty;
  readonly #events: PtyProcessEvents;
  readonly #clock: Clock;
  readonly #descriptor: number;
  readonly #input: Uint8Array[] = [];
  #retry: Timer | undefined;
  #retryDelay = 1;
  #closed = false;
  #exited = false;
  #leaving: () => void = () => undefined;

  constructor(pty: IPty, events: PtyProcessEvents, clock: Clock) {
    this.#pty = pty;
    this.#events = events;
    this.#clock = clock;
    this.pid = pty.pid;
    const { descriptor, socket } = internalsOf(pty);
    this.#descriptor = descriptor;
    socket.on('data', (chunk: Buffer) => {
      events.data(chunk);
    });
    // With one listener besides its own, node-pty does not throw.
    socket.on('error', () => undefined);
    const destroy = socket.destroy.bind(socket);
    socket.destroy = (error) => {
      if (!this.#closed) this.#drain(socket);
      this.#whenGone(() => {
        destroy(error);
      });
      return socket;
    };
    pty.onExit(({ exitCode, signal }) => {
      this.#exited = true;
      this.#close();
      events.exited(exitCode & 0xff, signal ?? 0);
    });
  }

  write(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    this.#input.push(bytes);
    if (this.#input.length === 1 && this.#retry === undefined) this.#writeInput();
  }

  resize(cols: number, rows: number): void {
    if (this.#closed) return;
    this.#pty.resize(cols, rows);
  }

  pause(): void {
    if (!this.#closed) this.#pty.pause();
  }

  resume(): void {
    if (!this.#closed) this.#pty.resume();
  }

  signal(signal: 'SIGHUP' | 'SIGKILL'): void {
    if (!this.#exited) signalGroup(this.pid, signal);
  }

  /** Writes waiting input. The descriptor doesn't block: a full terminal takes part of it, or answers EAGAIN. A lone keystroke is written at once. */
  #writeInput(): void {
    this.#retry = undefined;
    for (let bytes = this.#input[0]; bytes !== undefined && !this.#closed; bytes = this.#input[0]) {
      let written: number;
      try {
        written = writeSync(this.#descriptor, bytes);
      } catch (error) {
        if (errorName(error) !== 'EAGAIN') {
          this.#input.length = 0;
          return;
        }
        written = 0;
      }
      if (written === bytes.length) this.#input.shift();
      else this.#input[0] = bytes.subarray(written);
      if (written > 0) {
        this.#retryDelay = 1;
        this.#events.inputTaken(written);
        continue;
      }
      this.#retry = this.#clock.setTimer(this.#retryDelay, () => {
        this.#writeInput();
      });
      this.#retryDelay = Math.min(this.#retryDelay * 2, MAX_RETRY_DELAY);
      return;
    }
  }

  /** Reads what the socket and the kernel still hold. Before Linux answers EAGAIN or EIO, it moves all output up to the reader. */
  #drain(socket: ReadStream): void {
    this.#close();
    for (;;) {
      const held: unknown = socket.read();
      if (!(held instanceof Uint8Array)) break;
    }
    for (let total = 0; total < MAX_DRAIN_BYTES;) {
      const chunk = Buffer.allocUnsafeSlow(16_384);
      let length: number;
      try {
        length = readSync(this.#descriptor, chunk);
      } catch {
        return;
      }
      if (length === 0) return;
      total += length;
      this.#events.data(chunk.subarray(0, length));
    }
  }

  /** Calls back once the process was waited for and its exit event is on the way, as a rule within a millisecond of its last output. */
  #whenGone(then: () => void): void {
    if (this.#exited || !isAlive(this.pid)) {
      then();
      return;
    }
    this.#leaving = then;
    if (this.#retry !== undefined) return;
    this.#retry = this.#clock.setTimer(this.#retryDelay, () => {
      this.#retry = undefined;
      this.#retryDelay = Math.min(this.#retryDelay * 2, MAX_LEAVING_DELAY);
      this.#whenGone(this.#leaving);
    });
  }

  #close(): void {
    this.#closed = true;
    this.#retryDelay = 1;
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#input.length = 0;
  }
}

/** PTY on Windows (ConPTY): text in, text out, no signals. */
class PlainPty implements PtyProcess {
  readonly pid: number;
  readonly #pty: IPty;
  readonly #events: PtyProcessEvents;
  #exited = false;

  constructor(pty: IPty, events: PtyProcessEvents) {
    this.#pty = pty;
    this.#events = events;
    this.pid = pty.pid;
    pty.onData((data: string | Uint8Array) => {
      events.data(typeof data === 'string' ? Buffer.from(data, 'utf8') : data);
    });
    pty.onExit(({ exitCode, signal }) => {
      this.#exited = true;
      events.exited(exitCode & 0xff, signal ?? 0);
    });
  }

  write(bytes: Uint8Array): void {
    if (this.#exited) return;
    this.#pty.write(Buffer.from(bytes));
    this.#events.inputTaken(bytes.length);
  }

  resize(cols: number, rows: number): void {
    if (!this.#exited) this.#pty.resize(cols, rows);
  }

  pause(): void {
    this.#pty.pause();
  }

  resume(): void {
    this.#pty.resume();
  }

  signal(): void {
    if (!this.#exited) this.#pty.kill();
  }
}

function internalsOf(pty: IPty): Readonly<{ descriptor: number; socket: ReadStream }> {
  const socket: unknown = '_socket' in pty ? pty._socket : undefined;
  const descriptor: unknown = 'fd' in pty ? pty.fd : undefined;
  if (!(socket instanceof ReadStream) || typeof descriptor !== 'number')
    throw new TypeError('node-pty is not the version that this was written for');
  const state: unknown = '_readableState' in socket ? socket._readableState : undefined;
  if (typeof state !== 'object' || state === null) throw new TypeError('streams have no _readableState any more');
  Reflect.set(state, 'decoder', null);
  Reflect.set(state, 'encoding', null);
  if (socket.readableEncoding !== null) throw new TypeError('the decoder of a socket cannot be taken out any more');
  return { descriptor, socket };
}

function signalGroup(pid: number, signal: 'SIGHUP' | 'SIGKILL'): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch {
      // Gone, or not yet the leader of a group.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function errorName(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
