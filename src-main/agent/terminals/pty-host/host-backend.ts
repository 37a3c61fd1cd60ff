import type { Clock } from '#shared/clock.ts';
import type { Logger } from '#shared/logger.ts';
import { TerminalError } from '#shared/terminal/index.ts';
import type { ClosingMode, Pty, PtyBackend, PtyEvents, PtyRequest, TakeTerminal } from './backend.ts';
import type { FoundHost, DetachedHosts } from './detached-hosts.ts';
import { HostConnection } from './host-connection.ts';
import type { HostProcess, LaunchHost } from './launch-host.ts';

export type HostBackendOptions = Readonly<{
  launch: LaunchHost;
  /** Lookup of hosts that outlive their agents; undefined if terminals end with the agent. */
  detached?: DetachedHosts | undefined;
  clock: Clock;
  logger: Logger;
}>;

/** Number of lost hosts within `LOSS_WINDOW` ms from which on no new host is started, until the oldest loss is older than that. */
const MAX_LOSSES = 5;
const LOSS_WINDOW = 300_000;
/** Longest time for the host to answer `open`, ms; for one that is still starting, which takes long on a busy machine. */
const OPEN_TIMEOUT = 10_000;
const START_TIMEOUT = 30_000;
/** Longest time for the host to end after its socket was closed, ms; longer than its grace period for the terminals. */
const CLOSE_TIMEOUT = 3_000;
/** Longest time that the agent's start waits for hosts of the previous agent, ms; a stopped host may answer later. */
const TAKE_OVER_PATIENCE = 3_000;

/**
 * Backend that runs terminals in PTY host processes: connects to hosts that a previous agent left, and starts a host with the first terminal. Starts
 * another one after a host was lost or stopped answering. Created by the owner of the agent, and by `endDetachedTerminals`, for terminals that an
 * agent left behind. Ends hosts that have become needless, kills one that doesn't end, and removes the files of dead ones.
 */
export class PtyHostBackend implements PtyBackend {
  readonly #options: HostBackendOptions;
  readonly #connections = new Set<HostConnection>();
  /** Host that opens new terminals; undefined before the first one. */
  #current: HostConnection | undefined;
  #found: readonly FoundHost[] = [];
  #losses: number[] = [];
  #closed: Promise<void> | undefined;

  constructor(options: HostBackendOptions) {
    this.#options = options;
  }

  /** Process ID of the host that opens new terminals. */
  get hostPid(): number | undefined {
    return this.#current?.pid;
  }

  get lasts(): boolean {
    return [...this.#connections].every(({ size, lasting }) => size === 0 || lasting);
  }

  async takeOver(take: TakeTerminal): Promise<void> {
    this.#found = this.#options.detached?.find() ?? [];
    if (this.#found.length === 0) return;
    const all = this.#found.map(async ({ reached, software }) => {
      const host = await reached;
      if (host !== undefined) await this.#adopt(host, software, take);
    });
    const { promise: patience, resolve: stopWaiting } = Promise.withResolvers<void>();
    const timer = this.#options.clock.setTimer(TAKE_OVER_PATIENCE, () => {
      this.#options.logger.warn('a terminal process of the agent before does not answer yet');
      stopWaiting();
    });
    await Promise.race([Promise.all(all), patience]);
    timer.cancel();
  }

  async open(request: PtyRequest, events: PtyEvents): Promise<Pty> {
    if (this.#closed !== undefined) throw new TerminalError('terminal.shutdown', 'the terminals are shut down');
    const connection = (this.#current ??= this.#start());
    let expired = false;
    const { promise: timeout, reject: expire } = Promise.withResolvers<never>();
    const timer = this.#options.clock.setTimer(connection.hasAnswered ? OPEN_TIMEOUT : START_TIMEOUT, () => {
      expired = true;
      this.#stopUsing(connection);
      const why = 'Its ClawReach took too long to start one. That machine may be very busy.';
      expire(new TerminalError('terminal.spawn', why));
    });
    const opening = connection.open(request, events);
    // Too late: the caller has given up.
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

  close(mode: ClosingMode = 'end'): Promise<void> {
    this.#closed ??= this.#close(mode);
    return this.#closed;
  }

  async #close(mode: ClosingMode): Promise<void> {
    for (const found of this.#found) found.cancel();
    await this.#withDeadline((kill) =>
      Promise.all(
        [...this.#connections].map((connection) =>
          mode === 'keep' && connection.size > 0 && connection.lasting
            ? connection.leave()
            : this.#endHost(connection, kill),
        ),
      ),
    );
    this.#connections.clear();
    this.#current = undefined;
  }

  async #retire(connection: HostConnection): Promise<void> {
    await this.#withDeadline((kill) => this.#endHost(connection, kill));
    this.#connections.delete(connection);
  }

  /** Runs an action with a promise that resolves after `CLOSE_TIMEOUT`; the action then kills a host that hasn't ended by itself. */
  async #withDeadline(action: (kill: Promise<void>) => Promise<unknown>): Promise<void> {
    const { promise: killing, resolve: kill } = Promise.withResolvers<void>();
    const timer = this.#options.clock.setTimer(CLOSE_TIMEOUT, kill);
    await action(killing);
    timer.cancel();
  }

  async #endHost(connection: HostConnection, kill: Promise<void>): Promise<void> {
    await connection.close(kill);
    // A killed host leaves its files.
    if (connection.id !== undefined) this.#options.detached?.remove(connection.id);
  }

  #start(): HostConnection {
    const { clock, logger, launch } = this.#options;
    const now = clock.monotonic();
    this.#losses = this.#losses.filter((at) => at > now - LOSS_WINDOW);
    if (this.#losses.length >= MAX_LOSSES)
      throw new TerminalError('terminal.host-failed', 'the process that holds the terminals ends again and again');
    const connection = this.#connect(launch());
    logger.debug('terminal process started', { pid: connection.pid });
    return connection;
  }

  #connect(host: HostProcess, take?: TakeTerminal): HostConnection {
    const { logger, detached } = this.#options;
    const connection: HostConnection = new HostConnection({
      host,
      logger,
      take,
      onLost: (how) => {
        this.#connections.delete(connection);
        if (how === 'gone') {
          this.#losses.push(this.#options.clock.monotonic());
          if (connection.id !== undefined) detached?.remove(connection.id);
        }
        if (this.#current === connection) this.#current = undefined;
      },
      onEmpty: () => {
        // No terminal is opened any more in a host of another version, or in one that once didn't answer.
        if (connection !== this.#current && this.#closed === undefined) void this.#retire(connection);
      },
    });
    this.#connections.add(connection);
    return connection;
  }

  async #adopt(host: HostProcess, software: string, take: TakeTerminal): Promise<void> {
    const { logger, detached } = this.#options;
    if (this.#closed !== undefined) {
      host.socket.destroy();
      return;
    }
    const connection = this.#connect(host, take);
    await connection.ready;
    logger.info('terminals of the agent before taken over', { pid: connection.pid, terminals: connection.size });
    if (this.#current === undefined && software === detached?.software && this.#connections.has(connection))
      this.#current = connection;
  }

  /** Opens no more terminals in a host that hasn't answered for long, though it may still answer. */
  #stopUsing(connection: HostConnection): void {
    if (this.#current !== connection) return;
    this.#current = undefined;
    this.#losses.push(this.#options.clock.monotonic());
  }
}
