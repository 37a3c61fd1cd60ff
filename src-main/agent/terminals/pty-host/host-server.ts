import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '#shared/clock.ts';
import { assertNever } from '#shared/assert-never.ts';
import { errorMessage } from '#shared/errors.ts';
import type { TerminalErrorCode } from '#shared/terminal/index.ts';
import { findCommand } from '../process/command-path.ts';
import { HostCommandParser } from './host-commands.ts';
import { encodeHostDataHeader, encodeHostEvent } from './host-events.ts';
import type { HostCommand, HostEvent } from './host-protocol.ts';
import { HostTerminal, KILL_GRACE } from './host-terminal.ts';
import type { HostSink } from './host-terminal.ts';
import type { PtyRequest } from './backend.ts';
import type { SpawnPty } from './pty-process.ts';

export type PtyHostOptions = Readonly<{
  clock: Clock;
  spawn: SpawnPty;
  pid: number;
  /** Called before the agent can see that the host has ended. */
  onEnd?: () => void;
}>;

/** Time that terminals wait for the next agent before they are hung up, ms. */
export const ABANDONED_LIFETIME = 600_000;
/** Most terminals in one host: as many as an agent allows, and as many again that wait for it. */
export const MAX_HOST_TERMINALS = 512;
/** Longest time for a dismissed agent to read its last message, ms. */
const PARTING = 2_000;
/** Unread bytes to the agent above which only urgent messages are sent. */
const CONGESTION = 262_144;

/**
 * PTY host: opens terminals, whose programs it starts, and serves one agent at a time over a socket. When the agent disconnects, all terminals are
 * hung up; if the host can outlive agents, they wait ten minutes for the next one.
 */
export class PtyHostServer implements HostSink {
  readonly #options: PtyHostOptions;
  readonly #terminals = new Map<number, HostTerminal>();
  #agent: Duplex | undefined;
  #parser = new HostCommandParser();
  /** Resolves when every terminal has ended or was killed, and no agent can connect any more. */
  readonly done: Promise<void>;
  readonly #resolveDone: () => void;
  #lasting = false;
  #closing = false;
  #deadline: Timer | undefined;
  #abandoned: Timer | undefined;

  constructor(options: PtyHostOptions) {
    this.#options = options;
    ({ promise: this.done, resolve: this.#resolveDone } = Promise.withResolvers<void>());
  }

  /** True while an agent is connected. */
  get served(): boolean {
    return this.#agent !== undefined;
  }

  /** Serves a new agent, which has already proved its identity. A previous agent is notified and disconnected. */
  serve(socket: Duplex): void {
    const before = this.#agent;
    if (before !== undefined) {
      this.send({ terminal: 0, type: 'dismissed' });
      before.end();
      this.#options.clock.setTimer(PARTING, () => before.destroy());
      this.#hold();
    }
    this.#abandoned?.cancel();
    this.#agent = socket;
    this.#parser = new HostCommandParser();
    const left = (): void => {
      this.#leave(socket);
    };
    socket.on('data', (chunk: Buffer) => {
      if (socket === this.#agent) this.#receive(chunk);
    });
    socket.once('end', left);
    socket.once('close', left);
    socket.on('error', left);
    socket.on('drain', () => {
      if (socket === this.#agent) for (const terminal of this.#terminals.values()) terminal.sendTitle();
    });
    for (const [terminal, { facts }] of this.#terminals) this.send({ terminal, type: 'kept', ...facts });
    this.send({ terminal: 0, type: 'ready', pid: this.#options.pid });
    this.send({ terminal: 0, type: 'lasting', lasts: this.#lasting });
  }

  /** Sets whether the next agent can find this process, and notifies the agent. If it can't and no agent is connected, the host shuts down. */
  outliveAgents(lasts: boolean): void {
    this.#lasting = lasts;
    this.send({ terminal: 0, type: 'lasting', lasts });
    if (!lasts && this.#agent === undefined) this.shutDown();
  }

  /** Hangs up all terminals and ends the host. */
  shutDown(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#abandoned?.cancel();
    if (this.#terminals.size === 0) {
      this.#finish();
      return;
    }
    for (const terminal of this.#terminals.values()) {
      terminal.mute();
      terminal.hangUp();
    }
    // Terminals whose program had already ended are gone.
    if (this.#terminals.size === 0) return;
    // A killed process is reaped at once, unless the kernel holds it.
    this.#deadline = this.#options.clock.setTimer(KILL_GRACE + 500, () => {
      for (const terminal of this.#terminals.values()) terminal.kill();
      this.#finish();
    });
  }

  get congested(): boolean {
    return (this.#agent?.writableLength ?? 0) > CONGESTION;
  }

  send(event: HostEvent): void {
    if (!this.#closing) this.#agent?.write(encodeHostEvent(event));
  }

  sendData(terminal: number, pieces: readonly Uint8Array[], length: number): void {
    const agent = this.#agent;
    if (this.#closing || agent === undefined) return;
    agent.cork();
    agent.write(encodeHostDataHeader(terminal, length));
    for (const piece of pieces) agent.write(piece);
    agent.uncork();
  }

  finished(terminal: number): void {
    this.#terminals.delete(terminal);
    if (this.#terminals.size > 0) return;
    if (this.#closing || this.#agent === undefined) this.#finish();
  }

  #leave(socket: Duplex): void {
    socket.destroy();
    if (socket !== this.#agent) return;
    this.#agent = undefined;
    if (this.#closing) return;
    if (!this.#lasting || this.#terminals.size === 0) {
      this.shutDown();
      return;
    }
    this.#hold();
    this.#abandoned = this.#options.clock.setTimer(ABANDONED_LIFETIME, () => {
      this.shutDown();
    });
  }

  #hold(): void {
    for (const terminal of this.#terminals.values()) terminal.hold();
  }

  #receive(chunk: Uint8Array): void {
    let commands: readonly HostCommand[];
    try {
      commands = this.#parser.push(chunk);
    } catch (error) {
      this.#agent?.destroy(error instanceof Error ? error : undefined);
      return;
    }
    for (const command of commands) this.#execute(command);
  }

  #execute(command: HostCommand): void {
    if (command.type === 'open') {
      this.#open(command.terminal, command.request);
      return;
    }
    if (command.type === 'shut-down') {
      this.shutDown();
      return;
    }
    const terminal = this.#terminals.get(command.terminal);
    // The terminal may have ended while the command was on its way.
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
        terminal.snapshot(command.request, command.scrollback ? 'all' : 'screen');
        return;
      case 'peek':
        terminal.peek(command.request);
        return;
      case 'hang-up':
        terminal.hangUp();
        return;
      case 'hand-over':
        terminal.setOwner(command.owner, command.granted);
        return;
      case 'leave':
        terminal.setLeft(command.left);
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
    if (this.#terminals.size >= MAX_HOST_TERMINALS) {
      this.#fail(number, 'terminal.too-many', 'too many terminals are open');
      return;
    }
    const file = findCommand(request.file, request.environment, request.cwd);
    if (file === undefined) {
      this.#fail(number, 'terminal.command-not-found', 'no such program');
      return;
    }
    try {
      const { clock, spawn } = this.#options;
      const terminal = new HostTerminal(number, { ...request, file }, this, clock, spawn);
      this.#terminals.set(number, terminal);
      this.send({ terminal: number, type: 'opened', pid: terminal.pid });
    } catch (error) {
      this.#fail(number, 'terminal.spawn', errorMessage(error));
    }
  }

  #fail(terminal: number, code: TerminalErrorCode, message: string): void {
    this.send({ terminal, type: 'error', code, message });
  }

  #finish(): void {
    this.#deadline?.cancel();
    this.#abandoned?.cancel();
    this.#options.onEnd?.();
    this.#agent?.destroy();
    this.#resolveDone();
  }
}
