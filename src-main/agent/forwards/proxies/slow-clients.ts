import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '#shared/clock.ts';

type Watched<Client> = {
  socket: Client;
  bytesRead: () => number;
  /** Bytes read from the socket when the latest request had arrived; -1 while a head is arriving. */ mark: number;
  since: number;
  busy: boolean;
};

/** Interval at which clients are checked, ms. */
const CHECK_INTERVAL = 1000;

/**
 * Closes HTTP clients that take too long to send the head of a request or are idle for too long. Used by servers that don't accept connections
 * themselves: the timeouts of Node's HTTP server work only for connections that it has accepted.
 */
export class SlowClients<Client extends Duplex> {
  readonly #clock: Clock;
  readonly #limits: Readonly<{ head: number; idle: number }>;
  readonly #late: (socket: Client) => void;
  readonly #watched = new Map<Client, Watched<Client>>();
  #timer: Timer | undefined;

  /**
   * @param options.limits longest time for a head, and longest idle time, ms
   * @param options.late called to end a client in the middle of a head; an idle client is closed without a call
   */
  constructor(
    options: Readonly<{
      clock: Clock;
      limits: Readonly<{ head: number; idle: number }>;
      late: (socket: Client) => void;
    }>,
  ) {
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#late = options.late;
  }

  /** Number of watched clients. */
  get size(): number {
    return this.#watched.size;
  }

  /**
   * Watches a new connection. Its first request must arrive within the time limit for a head.
   * @param bytesRead returns the number of bytes received so far
   */
  add(socket: Client, bytesRead: () => number): void {
    this.#watched.set(socket, { socket, bytesRead, mark: -1, since: this.#clock.monotonic(), busy: false });
    socket.once('close', () => this.forget(socket));
    this.#timer ??= this.#clock.setTimer(CHECK_INTERVAL, () => this.#check());
  }

  /** Marks a client whose request has arrived: no limit applies until `idle`. */
  busy(socket: Client): void {
    const watched = this.#watched.get(socket);
    if (watched !== undefined) watched.busy = true;
  }

  /** Marks a client that was answered: the idle time starts. */
  idle(socket: Client): void {
    const watched = this.#watched.get(socket);
    if (watched === undefined) return;
    watched.busy = false;
    watched.mark = watched.bytesRead();
    watched.since = this.#clock.monotonic();
  }

  /** Stops watching a connection. */
  forget(socket: Client): void {
    this.#watched.delete(socket);
    if (this.#watched.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #check(): void {
    this.#timer = this.#clock.setTimer(CHECK_INTERVAL, () => this.#check());
    const now = this.#clock.monotonic();
    for (const watched of this.#watched.values()) {
      const { socket, bytesRead, mark, since, busy } = watched;
      if (busy) continue;
      const hasBegun = mark < 0 || bytesRead() > mark;
      if (hasBegun && mark >= 0) {
        // The head of a later request is arriving since some moment after the last check.
        watched.mark = -1;
        watched.since = now;
      } else if (hasBegun && now - since >= this.#limits.head) this.#late(socket);
      else if (!hasBegun && now - since >= this.#limits.idle) socket.destroy();
    }
  }
}
