import { silentLogger, type Logger } from '../../logger.ts';
import {
  encodeEvent,
  ServerConnection,
  type AppConnection,
  type AppHandlers,
  type AppServerLimits,
} from './connection.ts';
import type { AgentEvent, EventPayload } from '../schema.ts';
import type { AppTransport } from './transport.ts';

/**
 * Default limits per connection. Memory in the worst case: `sendQueue` and one message of answers, and for each of 64 channels 512 KiB unread and 512
 * KiB in flight.
 */
export const APP_SERVER_LIMITS: AppServerLimits = { calls: 64, sendQueue: 8 * 1024 * 1024 };

/**
 * Agent's side of the app-api: serves any number of user interfaces over transports that the caller has accepted. The agent has one; the desktop
 * application also answers a window with one if no agent can be started. Keeps only the list of open connections.
 */
export class AppApiServer {
  readonly #logger: Logger;
  readonly #limits: AppServerLimits;
  readonly #connections = new Set<ServerConnection>();
  #nextId = 1;

  constructor(options: Readonly<{ logger?: Logger; limits?: Partial<AppServerLimits> }> = {}) {
    this.#logger = options.logger ?? silentLogger;
    this.#limits = { ...APP_SERVER_LIMITS, ...options.limits };
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Answers the calls of one user interface until its transport ends. */
  serveConnection(transport: AppTransport, handlers: AppHandlers): AppConnection {
    const connection = new ServerConnection({
      id: this.#nextId,
      transport,
      handlers,
      logger: this.#logger,
      limits: this.#limits,
    });
    this.#nextId += 1;
    this.#connections.add(connection);
    connection.closed.addEventListener('abort', () => void this.#connections.delete(connection), { once: true });
    connection.start();
    return connection;
  }

  /** Sends an event to every user interface. */
  broadcast<Event extends AgentEvent>(event: Event, payload: EventPayload<Event>): void {
    if (this.#connections.size === 0) return;
    const message = encodeEvent(event, payload);
    for (const connection of this.#connections) connection.emitEncoded(message, event);
  }

  /** Ends every connection; running calls are aborted. */
  close(): void {
    for (const connection of this.#connections) connection.close();
  }
}
