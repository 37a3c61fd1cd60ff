import type { Socket } from 'node:net';
import type { Clock, Timer } from '#shared/clock.ts';
import type { Target } from '#shared/forward/index.ts';
import { formatHostPort, type ForwardConnector } from '../rules/index.ts';
import { sourceOf } from './rule-port.ts';
import { TargetConnection } from './target-connection.ts';

export const KEPT_LIMITS = {
  /** Without a request, ms: most servers wait 5 s and longer, and who closes last decides whether a request is lost. */
  idle: 4000,
  /** Before the end that a server has named (`Keep-Alive: timeout=5`), ms. */
  margin: 1000,
  /** Idle ones of a rule; the oldest makes room. */
  connections: 32,
} as const;

/** Connections of a rule to targets that have answered, for further requests. While nothing is asked on them they are in no table. */
export class ConnectionPool {
  readonly #clock: Clock;
  readonly #connector: ForwardConnector;
  readonly #way: () => string;
  /** The newest last. */
  readonly #idle = new Map<TargetConnection, Timer>();
  #isClosed = false;

  /** @param options.way tells ways apart: a connection that was made by another one is not used again */
  constructor(options: Readonly<{ clock: Clock; connector: ForwardConnector; way?: (() => string) | undefined }>) {
    this.#clock = options.clock;
    this.#connector = options.connector;
    this.#way = options.way ?? (() => '');
  }

  get size(): number {
    return this.#idle.size;
  }

  /**
   * One that is there already.
   * @param canRepeat whether the request may be sent once more, if the target ends the connection at that very moment
   * @throws {ForwardError} `forward.too-many`
   */
  take(target: Target, client: Socket, canRepeat: boolean): TargetConnection | undefined {
    const place = this.#placeOf(target);
    const there = [...this.#idle.keys()].filter((connection) => connection.place === place && !connection.isOver);
    const found =
      there.findLast(({ owner }) => owner === client) ??
      (canRepeat ? there.findLast(({ owner }) => owner === null) : undefined);
    if (found === undefined) return undefined;
    this.#forget(found);
    try {
      found.begin(this.#connector.again(target, sourceOf(client), found.far));
    } catch (error) {
      found.destroy();
      throw error;
    }
    return found;
  }

  /** A new one. @throws as `Connector.connect` */
  async make(target: Target, client: Socket, signal: AbortSignal): Promise<TargetConnection> {
    const place = this.#placeOf(target);
    return new TargetConnection({
      connected: await this.#connector.connect(target, sourceOf(client), signal),
      place,
      patience: KEPT_LIMITS.idle,
      isWanted: (connection) => this.#keep(connection),
      onClose: (connection) => this.#forget(connection),
    });
  }

  /** Ends those that are idle, and keeps none from now on. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#idle.keys()) this.#drop(connection);
  }

  #keep(connection: TargetConnection): boolean {
    const { owner, patience, place } = connection;
    if (this.#isClosed || owner?.destroyed === true || patience <= 0) return false;
    if (!place.startsWith(this.#way())) return false;
    const [oldest] = this.#idle.keys();
    if (oldest !== undefined && this.#idle.size >= KEPT_LIMITS.connections) this.#drop(oldest);
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

  #placeOf({ host, port }: Target): string {
    return `${this.#way()} ${formatHostPort(host.toLowerCase(), port)}`;
  }
}
