import type { Clock } from '#shared/clock.ts';
import type { Logger } from '#shared/logger.ts';
import { TerminalError } from '#shared/terminal/index.ts';
import type { Pty, PtyBackend, PtyEvents, PtyRequest } from './backend.ts';
import { HostConnection } from './host-connection.ts';
import type { LaunchHost } from './launch-host.ts';

export type HostBackendOptions = Readonly<{
  launch: LaunchHost;
  clock: Clock;
  logger: Logger;
}>;

/** So many losses within `LOSS_WINDOW` ms, and no new host is started until the oldest is out of it. */
export const MAX_LOSSES = 5;
export const LOSS_WINDOW = 300_000;
/** For the host to answer `open`, ms; includes its start. */
const OPEN_TIMEOUT = 10_000;
/** For the host to end after its socket was closed, ms; longer than its own grace for the terminals. */
const CLOSE_TIMEOUT = 5_000;

/** Terminals in a PTY host process that is started with the first terminal, and again with the next one after it was lost. */
export class PtyHostBackend implements PtyBackend {
  readonly #options: HostBackendOptions;
  #connection: HostConnection | undefined;
  #losses: number[] = [];
  #closed: Promise<void> | undefined;

  constructor(options: HostBackendOptions) {
    this.#options = options;
  }

  /** Process id of the running host. */
  get hostPid(): number | undefined {
    return this.#connection?.pid;
  }

  async open(request: PtyRequest, events: PtyEvents): Promise<Pty> {
    if (this.#closed !== undefined) throw new TerminalError('terminal.shutdown', 'the terminals are shut down');
    const connection = (this.#connection ??= this.#start());
    let expired = false;
    let expire: (error: TerminalError) => void = () => undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      expire = reject;
    });
    const timer = this.#options.clock.setTimer(OPEN_TIMEOUT, () => {
      expired = true;
      expire(new TerminalError('terminal.spawn', 'the process that holds the terminals does not answer'));
    });
    const opening = connection.open(request, events);
    // Too late: nobody wants it any more.
    void opening.then(
      (pty) => {
        if (expired) pty.hangUp();
      },
      () => undefined,
    );
    try {
      return await Promise.race([opening, timeout]);
    } finally {
      timer.cancel();
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    let kill: () => void = () => undefined;
    const killing = new Promise<void>((resolve) => {
      kill = resolve;
    });
    const timer = this.#options.clock.setTimer(CLOSE_TIMEOUT, kill);
    await connection.close(killing);
    timer.cancel();
    this.#connection = undefined;
  }

  #start(): HostConnection {
    const { clock, logger, launch } = this.#options;
    const now = clock.monotonic();
    this.#losses = this.#losses.filter((at) => at > now - LOSS_WINDOW);
    if (this.#losses.length >= MAX_LOSSES)
      throw new TerminalError('terminal.host-failed', 'the process that holds the terminals ends again and again');
    const connection: HostConnection = new HostConnection(launch(), logger, () => {
      this.#losses.push(clock.monotonic());
      if (this.#connection === connection) this.#connection = undefined;
    });
    logger.debug('terminal process started', { pid: connection.pid });
    return connection;
  }
}
