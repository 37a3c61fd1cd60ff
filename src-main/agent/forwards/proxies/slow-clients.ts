import type { Socket } from 'node:net';
import type { Clock, Timer } from '#shared/clock.ts';

type Watched = {
  socket: Socket;
  /** Bytes read when the last request was there as a whole. */ mark: number;
  since: number;
  busy: boolean;
};

/** Interval at which clients are checked, ms. */
const LOOK = 1000;

/**
 * Ends clients that take too long for the head of a request, or that say nothing: a connection costs a descriptor and a place. What Node's
 * server does by itself only for connections it has accepted itself.
 */
export class SlowClients {
  readonly #clock: Clock;
  readonly #limits: Readonly<{ head: number; idle: number }>;
  readonly #late: (socket: Socket) => void;
  readonly #watched = new Map<Socket, Watched>();
  #timer: Timer | undefined;

  /** @param late ends a client in the middle of a head; one that is idle is closed */
  constructor(
    options: Readonly<{
      clock: Clock;
      limits: Readonly<{ head: number; idle: number }>;
      late: (socket: Socket) => void;
    }>,
  ) {
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#late = options.late;
  }

  get size(): number {
    return this.#watched.size;
  }

  /** The first request of a new connection has to come as soon as the head of a later one. */
  add(socket: Socket): void {
    this.#watched.set(socket, { socket, mark: -1, since: this.#clock.monotonic(), busy: false });
    socket.once('close', () => this.forget(socket));
    this.#timer ??= this.#clock.setTimer(LOOK, () => this.#look());
  }

  /** A head is there as a whole. */
  busy(socket: Socket): void {
    const watched = this.#watched.get(socket);
    if (watched !== undefined) watched.busy = true;
  }

  /** Answered; the next request may take its time to begin. */
  idle(socket: Socket): void {
    const watched = this.#watched.get(socket);
    if (watched === undefined) return;
    watched.busy = false;
    watched.mark = socket.bytesRead;
    watched.since = this.#clock.monotonic();
  }

  forget(socket: Socket): void {
    this.#watched.delete(socket);
    if (this.#watched.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #look(): void {
    this.#timer = this.#clock.setTimer(LOOK, () => this.#look());
    const now = this.#clock.monotonic();
    for (const watched of this.#watched.values()) {
      const { socket, mark, since, busy } = watched;
      if (busy) continue;
      const hasBegun = mark < 0 || socket.bytesRead > mark;
      if (hasBegun && mark >= 0) {
        // The head of a later request is on its way since some moment after the last look.
        watched.mark = -1;
        watched.since = now;
      } else if (hasBegun && now - since >= this.#limits.head) this.#late(socket);
      else if (!hasBegun && now - since >= this.#limits.idle) socket.destroy();
    }
  }
}
