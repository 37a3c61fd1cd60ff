import type { Logger } from '#shared/logger.ts';
import { assertNever } from '#shared/assert-never.ts';
import { errorMessage } from '#shared/errors.ts';
import { TerminalError } from '#shared/terminal/index.ts';
import type { Pty, PtyEvents, PtyRequest, TakeTerminal } from './backend.ts';
import { encodeHostCommand } from './host-commands.ts';
import { HostEventParser } from './host-events.ts';
import { MAX_HOST_DATA } from './host-protocol.ts';
import type { HostCommand, HostEvent } from './host-protocol.ts';
import type { HostProcess } from './launch-host.ts';
import { signalName } from '../process/signal-name.ts';

type Entry = {
  readonly events: PtyEvents;
  opening: Readonly<{ resolve(pty: Pty): void; reject(error: TerminalError): void }> | undefined;
};

/** Callbacks that do nothing, for a terminal that the agent hasn't taken over. */
const NO_EVENTS: PtyEvents = {
  data: () => undefined,
  snapshotBegin: () => undefined,
  snapshotEnd: () => undefined,
  peekBegin: () => undefined,
  peekData: () => undefined,
  peekEnd: () => undefined,
  title: () => undefined,
  inputTaken: () => undefined,
  exited: () => undefined,
  lost: () => undefined,
};

/** Reason why a connection was lost: `gone` if the host process has ended, `dismissed` if the host now serves another agent. */
export type HostLoss = 'gone' | 'dismissed';

export type HostConnectionOptions = Readonly<{
  host: HostProcess;
  logger: Logger;
  /** Takes over terminals that the host already has; undefined hangs them up. */
  take?: TakeTerminal | undefined;
  /** Called once when the connection is lost, but not after `close` or `leave`. */
  onLost(how: HostLoss): void;
  /** Called when the last terminal of the host has ended. */
  onEmpty?(): void;
}>;

/** Longest time for the last commands to reach the socket, ms. */
const PARTING = 2_000;

/** Connection of the agent with one PTY host process. If the connection is lost, so are its terminals. Used by `PtyHostBackend`. */
export class HostConnection {
  readonly #host: HostProcess;
  readonly #logger: Logger;
  readonly #take: TakeTerminal | undefined;
  readonly #parser = new HostEventParser();
  readonly #terminals = new Map<number, Entry>();
  /** Resolves when the host has listed its terminals, or the connection was lost. */
  readonly ready: Promise<void>;
  readonly #resolveReady: () => void;
  #nextNumber = 1;
  #hasAnswered = false;
  #lasting = false;
  #dismissed = false;
  #closing = false;
  #lost = false;
  readonly #onLost: (how: HostLoss) => void;
  readonly #onEmpty: () => void;

  constructor({ host, logger, take, onLost, onEmpty }: HostConnectionOptions) {
    this.#host = host;
    this.#logger = logger;
    this.#take = take;
    this.#onLost = onLost;
    this.#onEmpty = onEmpty ?? (() => undefined);
    ({ promise: this.ready, resolve: this.#resolveReady } = Promise.withResolvers<void>());
    host.socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    host.socket.on('error', (error) => {
      logger.warn('terminal process: socket failed', { error: errorMessage(error) });
    });
    host.socket.once('close', () => {
      this.#lose('its socket closed');
    });
    void host.exited.then((reason) => {
      logger.debug('terminal process ended', { pid: host.pid, reason });
      // The socket of a process that never started doesn't close by itself.
      host.socket.destroy();
    });
  }

  get pid(): number | undefined {
    return this.#host.pid;
  }

  /** Number of terminals in the host, including those being opened. */
  get size(): number {
    return this.#terminals.size;
  }

  /** ID of the host in the profile; undefined if later agents can't find the host. */
  get id(): string | undefined {
    return this.#host.id;
  }

  /** True once the host has sent anything. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** True if the host's terminals can outlive this agent. */
  get lasting(): boolean {
    return this.#lasting;
  }

  open(request: PtyRequest, events: PtyEvents): Promise<Pty> {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    return new Promise((resolve, reject) => {
      if (this.#lost || this.#closing) {
        reject(new TerminalError('terminal.host-lost', 'the process that holds the terminals has ended'));
        return;
      }
      let command: Uint8Array;
      try {
        command = encodeHostCommand({ terminal: number, type: 'open', request });
      } catch (error) {
        reject(new TerminalError('terminal.spawn', errorMessage(error), { cause: error }));
        return;
      }
      this.#terminals.set(number, { events, opening: { resolve, reject } });
      this.#host.socket.write(command);
    });
  }

  /**
   * Ends the host and its terminals, without further events, and waits until the process is gone.
   * @param kill when this resolves, the process is killed
   */
  async close(kill: Promise<void>): Promise<void> {
    if (this.#lost) return;
    this.#host.socket.write(encodeHostCommand({ terminal: 0, type: 'shut-down' }));
    this.#part();
    void kill.then(() => {
      this.#host.kill();
    });
    await this.#host.exited;
    this.#host.socket.destroy();
  }

  /** Disconnects from the host, which runs on with its terminals. No further events are reported. */
  async leave(): Promise<void> {
    if (this.#lost) return;
    for (const [terminal, { opening }] of this.#terminals)
      if (opening !== undefined) this.#send({ terminal, type: 'hang-up' });
    this.#part();
    const { socket } = this.#host;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PARTING);
      socket.once('finish', () => {
        clearTimeout(timer);
        resolve();
      });
      if (socket.destroyed) resolve();
    });
    socket.destroy();
    this.#host.release();
  }

  #part(): void {
    this.#closing = true;
    const entries = [...this.#terminals.values()];
    this.#terminals.clear();
    for (const { opening } of entries)
      opening?.reject(new TerminalError('terminal.shutdown', 'this device is shutting its terminals down'));
    this.#host.socket.end();
  }

  #send(command: HostCommand): void {
    if (!this.#lost && !this.#closing && this.#terminals.has(command.terminal))
      this.#host.socket.write(encodeHostCommand(command));
  }

  #receive(chunk: Uint8Array): void {
    this.#hasAnswered = true;
    let events: readonly HostEvent[];
    try {
      events = this.#parser.push(chunk);
    } catch (error) {
      this.#logger.error('terminal process: not our protocol', { error: errorMessage(error) });
      this.#host.kill();
      this.#host.socket.destroy();
      return;
    }
    for (const event of events) {
      if (this.#closing) return;
      const entry = this.#terminals.get(event.terminal);
      if (event.type === 'kept') this.#adopt(event);
      else if (event.terminal === 0) this.#handleHostEvent(event);
      else if (entry !== undefined) this.#dispatch(entry, event);
    }
  }

  #handleHostEvent(event: HostEvent): void {
    if (event.type === 'ready') this.#resolveReady();
    else if (event.type === 'lasting') this.#lasting = event.lasts;
    else if (event.type === 'dismissed') this.#dismissed = true;
  }

  /** Takes over a terminal that the host already had. */
  #adopt({ terminal, label, cols, rows, pid }: Extract<HostEvent, { type: 'kept' }>): void {
    this.#nextNumber = Math.max(this.#nextNumber, terminal + 1);
    const early: Entry = { events: NO_EVENTS, opening: undefined };
    this.#terminals.set(terminal, early);
    const events = this.#take?.({ ...label, cols, rows }, this.#pty(terminal, pid));
    if (events !== undefined) {
      this.#terminals.set(terminal, { events, opening: undefined });
      return;
    }
    this.#send({ terminal, type: 'mute' });
    this.#send({ terminal, type: 'hang-up' });
  }

  #dispatch(entry: Entry, event: HostEvent): void {
    const { events } = entry;
    switch (event.type) {
      case 'opened':
        entry.opening?.resolve(this.#pty(event.terminal, event.pid));
        entry.opening = undefined;
        return;
      case 'data':
        events.data(event.bytes);
        return;
      case 'snapshot-begin':
        events.snapshotBegin(event.request, event.cols, event.rows);
        return;
      case 'snapshot-end':
        events.snapshotEnd();
        return;
      case 'peek-begin':
        events.peekBegin(event.request, event.cols, event.rows);
        return;
      case 'peek-data':
        events.peekData(event.bytes);
        return;
      case 'peek-end':
        events.peekEnd();
        return;
      case 'title':
        events.title(event.title);
        return;
      case 'input-taken':
        events.inputTaken(event.bytes);
        return;
      case 'exited':
        this.#terminals.delete(event.terminal);
        events.exited(
          event.signal === 0
            ? { exitCode: event.exitCode, signal: null }
            : { exitCode: null, signal: signalName(event.signal) },
        );
        if (this.#terminals.size === 0) this.#onEmpty();
        return;
      case 'error':
        this.#end(event.terminal, entry, new TerminalError(event.code, event.message));
        if (this.#terminals.size === 0) this.#onEmpty();
        return;
      case 'kept':
      case 'ready':
      case 'lasting':
      case 'dismissed':
        // About no terminal.
        return;
      default:
        assertNever(event);
    }
  }

  #end(terminal: number, entry: Entry, error: TerminalError): void {
    this.#terminals.delete(terminal);
    if (entry.opening === undefined) entry.events.lost(error);
    else entry.opening.reject(error);
  }

  #lose(reason: string): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#resolveReady();
    // It is hanging its terminals up, and ends by itself.
    if (this.#closing) return;
    const facts = { pid: this.#host.pid, terminals: this.#terminals.size };
    if (this.#dismissed) {
      this.#host.release();
      this.#logger.warn('another agent has taken the terminals over', facts);
    } else {
      this.#host.kill();
      this.#logger.error('terminal process lost', { ...facts, reason });
    }
    this.#onLost(this.#dismissed ? 'dismissed' : 'gone');
    for (const [terminal, entry] of this.#terminals)
      this.#end(
        terminal,
        entry,
        new TerminalError('terminal.host-lost', 'the process that holds the terminals has ended'),
      );
  }

  #pty(terminal: number, pid: number): Pty {
    return {
      pid,
      write: (bytes) => {
        for (let offset = 0; offset < bytes.length; offset += MAX_HOST_DATA)
          this.#send({ terminal, type: 'write', bytes: bytes.subarray(offset, offset + MAX_HOST_DATA) });
      },
      resize: (cols, rows) => {
        this.#send({ terminal, type: 'resize', cols, rows });
      },
      acknowledge: (bytes) => {
        this.#send({ terminal, type: 'acknowledge', bytes });
      },
      setOwner: (owner, granted) => {
        this.#send({ terminal, type: 'hand-over', owner, granted });
      },
      setLeft: (left) => {
        this.#send({ terminal, type: 'leave', left });
      },
      mute: () => {
        this.#send({ terminal, type: 'mute' });
      },
      snapshot: (request, part) => {
        this.#send({ terminal, type: 'snapshot', request, scrollback: part === 'all' });
      },
      peek: (request) => {
        this.#send({ terminal, type: 'peek', request });
      },
      hangUp: () => {
        this.#send({ terminal, type: 'hang-up' });
      },
    };
  }
}
