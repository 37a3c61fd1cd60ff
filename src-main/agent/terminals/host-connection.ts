import type { Logger } from '#shared/logger.ts';
import { assertNever } from '#shared/assert-never.ts';
import { errorMessage } from '#shared/errors.ts';
import { TerminalError } from '#shared/terminal/index.ts';
import type { Pty, PtyEvents, PtyRequest } from './backend.ts';
import { encodeHostCommand, HostEventParser, MAX_HOST_DATA } from './host-protocol.ts';
import type { HostCommand, HostEvent } from './host-protocol.ts';
import type { HostProcess } from './launch-host.ts';
import { signalName } from './signal-name.ts';

type Entry = {
  readonly events: PtyEvents;
  opening: Readonly<{ resolve(pty: Pty): void; reject(error: TerminalError): void }> | undefined;
};

/** The agent's end of one PTY host process. When it is lost, so are its terminals. */
export class HostConnection {
  readonly #host: HostProcess;
  readonly #logger: Logger;
  readonly #parser = new HostEventParser();
  readonly #terminals = new Map<number, Entry>();
  #nextNumber = 1;
  #closing = false;
  #lost = false;
  /** Called once when the process has gone, unless it was closed. */
  readonly #onLost: () => void;

  constructor(host: HostProcess, logger: Logger, onLost: () => void) {
    this.#host = host;
    this.#logger = logger;
    this.#onLost = onLost;
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
      // Of a process that never started the socket does not close.
      host.socket.destroy();
    });
  }

  get pid(): number | undefined {
    return this.#host.pid;
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

  /** Ends the host with its terminals, whose owners hear nothing more, and waits until the process is gone. */
  async close(kill: Promise<void>): Promise<void> {
    this.#closing = true;
    const entries = [...this.#terminals.values()];
    this.#terminals.clear();
    for (const { opening } of entries)
      opening?.reject(new TerminalError('terminal.shutdown', 'this device is shutting its terminals down'));
    this.#host.socket.end();
    void kill.then(() => {
      this.#host.kill();
    });
    await this.#host.exited;
    this.#host.socket.destroy();
  }

  #send(command: HostCommand): void {
    if (!this.#lost && !this.#closing && this.#terminals.has(command.terminal))
      this.#host.socket.write(encodeHostCommand(command));
  }

  #receive(chunk: Uint8Array): void {
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
      const entry = this.#terminals.get(event.terminal);
      if (entry !== undefined) this.#dispatch(entry, event);
    }
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
        return;
      case 'error':
        this.#end(event.terminal, entry, new TerminalError(event.code, event.message));
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
    // It is hanging its terminals up, and ends by itself.
    if (this.#closing) return;
    this.#host.kill();
    this.#logger.error('terminal process lost', { pid: this.#host.pid, reason, terminals: this.#terminals.size });
    this.#onLost();
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
      mute: () => {
        this.#send({ terminal, type: 'mute' });
      },
      snapshot: (request) => {
        this.#send({ terminal, type: 'snapshot', request });
      },
      hangUp: () => {
        this.#send({ terminal, type: 'hang-up' });
      },
    };
  }
}
