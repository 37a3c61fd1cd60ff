import type { Socket } from 'node:net';
import type { Clock, Timer } from '#shared/clock.ts';
import type { Target } from '#shared/forward/index.ts';
import { formatHostPort, type ForwardConnector } from '../rules/index.ts';
import { sourceOf } from './rule-port.ts';
import { TargetConnection } from './target-connection.ts';

/** Limits of the idle connections of one forward. */
export const POOL_LIMITS = {
  /** Longest idle time, ms. Most servers close after 5 s or more; closing first avoids losing a request to a connection that is just being closed. */
  idle: 4000,
  /** Time subtracted from the idle time that a server announces (`Keep-Alive: timeout=5`), ms. */
  margin: 1000,
  /** Most idle connections; the oldest is closed first. */
  connections: 32,
} as const;

/** HTTP connections of a forward to targets, kept for further requests. Used by `HttpProxyServer`. An idle connection is not in the list of open connections. */
export class ConnectionPool {
  readonly #clock: Clock;
  readonly #connector: ForwardConnector;
  readonly #upstreamKey: () => string;
  /** Idle connections with their timers; the newest last. */
  readonly #idle = new Map<TargetConnection, Timer>();
  #isClosed = false;

  /** @param options.upstreamKey returns a key of the upstream in use; a connection that was opened through another upstream is not reused */
  constructor(
    options: Readonly<{ clock: Clock; connector: ForwardConnector; upstreamKey?: (() => string) | undefined }>,
  ) {
    this.#clock = options.clock;
    this.#connector = options.connector;
    this.#upstreamKey = options.upstreamKey ?? (() => '');
  }

  /** Number of idle connections. */
  get size(): number {
    return this.#idle.size;
  }

  /**
   * Takes an idle connection to the target from the pool; undefined if none is suitable.
   * @param canRepeat true if the request may be sent again, in case the target closes the connection at that moment; otherwise only a connection
   * bound to this client is reused
   * @throws {ForwardError} `forward.too-many`
   */
  take(target: Target, client: Socket, canRepeat: boolean): TargetConnection | undefined {
    const key = this.#keyOf(target);
    const there = [...this.#idle.keys()].filter((connection) => connection.key === key && !connection.isOver);
    const found =
      there.findLast(({ owner }) => owner === client) ??
      (canRepeat ? there.findLast(({ owner }) => owner === null) : undefined);
    if (found === undefined) return undefined;
    this.#forget(found);
    try {
      found.begin(this.#connector.reuse(target, sourceOf(client), found.remote));
    } catch (error) {
      found.destroy();
      throw error;
    }
    return found;
  }

  /**
   * Opens a new connection to the target, which returns to this pool when it becomes idle.
   * @throws as `ForwardConnector.connect`
   */
  async make(target: Target, client: Socket, signal: AbortSignal): Promise<TargetConnection> {
    const key = this.#keyOf(target);
    return new TargetConnection({
      connected: await this.#connector.connect(target, sourceOf(client), signal),
      key,
      patience: POOL_LIMITS.idle,
      isWanted: (connection) => this.#keep(connection),
      onClose: (connection) => this.#forget(connection),
    });
  }

  /** Closes all idle connections; connections that become idle later are closed too. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#idle.keys()) this.#drop(connection);
  }

  #keep(connection: TargetConnection): boolean {
    const { owner, patience, key } = connection;
    if (this.#isClosed || owner?.destroyed === true || patience <= 0) return false;
    if (!key.startsWith(this.#upstreamKey())) return false;
    const [oldest] = this.#idle.keys();
    if (oldest !== undefined && this.#idle.size >= POOL_LIMITS.connections) this.#drop(oldest);
    this.#idle.set(
      connection,
      this.#clock.setTimer(patience, () => this.#drop(connection)),
    );
    return true;
  }

  #drop(connection: TargetConnection): void {
    this.#forget(connection);
    connection.destroy();
  }

  #forget(connection: TargetConnection): void {
    this.#idle.get(connection)?.cancel();
    this.#idle.delete(connection);
  }

  #keyOf({ host, port }: Target): string {
    return `${this.#upstreamKey()} ${formatHostPort(host.toLowerCase(), port)}`;
  }
}
