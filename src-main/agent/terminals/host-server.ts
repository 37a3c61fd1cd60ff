import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '#shared/clock.ts';
import { assertNever } from '#shared/assert-never.ts';
import { errorMessage } from '#shared/errors.ts';
import type { TerminalErrorCode } from '#shared/terminal/index.ts';
import { findCommand } from './command-path.ts';
import { encodeHostDataHeader, encodeHostEvent, HostCommandParser } from './host-protocol.ts';
import type { HostCommand, HostEvent } from './host-protocol.ts';
import { HostTerminal, KILL_GRACE } from './host-terminal.ts';
import type { HostSink } from './host-terminal.ts';
import type { PtyRequest } from './backend.ts';
import type { SpawnPty } from './pty-process.ts';

export type PtyHostOptions = Readonly<{ socket: Duplex; clock: Clock; spawn: SpawnPty }>;

/** The PTY host: serves one agent on one socket. When the socket closes, all terminals are hung up. */
export class PtyHostServer implements HostSink {
  readonly #socket: Duplex;
  readonly #clock: Clock;
  readonly #spawn: SpawnPty;
  readonly #terminals = new Map<number, HostTerminal>();
  readonly #parser = new HostCommandParser();
  /** Resolves when the socket has closed and every terminal is gone, or killed. */
  readonly done: Promise<void>;
  readonly #resolveDone: () => void;
  #closing = false;
  #deadline: Timer | undefined;

  constructor(options: PtyHostOptions) {
    this.#socket = options.socket;
    this.#clock = options.clock;
    this.#spawn = options.spawn;
    let resolveDone: () => void = () => undefined;
    this.done = new Promise((resolve) => {
      resolveDone = resolve;
    });
    this.#resolveDone = resolveDone;
    this.#socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    const close = (): void => {
      this.#close();
    };
    this.#socket.once('end', close);
    this.#socket.once('close', close);
    this.#socket.on('error', close);
  }

  send(event: HostEvent): void {
    if (!this.#closing) this.#socket.write(encodeHostEvent(event));
  }

  sendData(terminal: number, pieces: readonly Uint8Array[], length: number): void {
    if (this.#closing) return;
    this.#socket.cork();
    this.#socket.write(encodeHostDataHeader(terminal, length));
    for (const piece of pieces) this.#socket.write(piece);
    this.#socket.uncork();
  }

  finished(terminal: number): void {
    this.#terminals.delete(terminal);
    if (this.#closing && this.#terminals.size === 0) this.#finish();
  }

  #receive(chunk: Uint8Array): void {
    let commands: readonly HostCommand[];
    try {
      commands = this.#parser.push(chunk);
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : undefined);
      return;
    }
    for (const command of commands) this.#execute(command);
  }

  #execute(command: HostCommand): void {
    if (command.type === 'open') {
      this.#open(command.terminal, command.request);
      return;
    }
    const terminal = this.#terminals.get(command.terminal);
    // It may have ended while the command was on its way.
    if (terminal === undefined) return;
    switch (command.type) {
      case 'write':
        terminal.write(command.bytes);
        return;
      case 'resize':
        terminal.resize(command.cols, command.rows);
        return;
      case 'acknowledge':
        terminal.acknowledge(command.bytes);
        return;
      case 'mute':
        terminal.mute();
        return;
      case 'snapshot':
        terminal.snapshot(command.request);
        return;
      case 'hang-up':
        terminal.hangUp();
        return;
      default:
        assertNever(command);
    }
  }

  #open(number: number, request: PtyRequest): void {
    if (this.#closing) return;
    if (this.#terminals.has(number)) {
      this.#fail(number, 'terminal.spawn', 'this number is in use');
      return;
    }
    const file = findCommand(request.file, request.environment['PATH'], request.cwd);
    if (file === undefined) {
      this.#fail(number, 'terminal.command-not-found', 'no such program');
      return;
    }
    try {
      const terminal = new HostTerminal(number, { ...request, file }, this, this.#clock, this.#spawn);
      this.#terminals.set(number, terminal);
      this.send({ terminal: number, type: 'opened', pid: terminal.pid });
    } catch (error) {
      this.#fail(number, 'terminal.spawn', errorMessage(error));
    }
  }

  #fail(terminal: number, code: TerminalErrorCode, message: string): void {
    this.send({ terminal, type: 'error', code, message });
  }

  #close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#terminals.size === 0) {
      this.#finish();
      return;
    }
    for (const terminal of this.#terminals.values()) {
      terminal.mute();
      terminal.hangUp();
    }
    // A killed process is reaped at once, unless the kernel holds it.
    this.#deadline = this.#clock.setTimer(KILL_GRACE + 500, () => {
      for (const terminal of this.#terminals.values()) terminal.kill();
      this.#finish();
    });
  }

  #finish(): void {
    this.#deadline?.cancel();
    this.#socket.destroy();
    this.#resolveDone();
  }
}
