import type { ForwardConnectionView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ForwardError } from '#shared/forward/index.ts';
import type { Meter } from './upstream.ts';

/** Facts about a connection when it opens. `source`: the client's address, `ip:port`, if known. */
export type ConnectionFacts = Readonly<{
  /** Id of the rule; empty for a connection that a peer makes through this device, and for one of a command here. */
  forward: string;
  forwardName: string;
  direction: 'in' | 'out';
  peerName: string | null;
  /** `host:port` */
  target: string;
  source: string | null;
}>;

/** Entry of a connection in the list of open connections. */
export interface OpenConnection {
  readonly id: number;
  /** Counts the connection's bytes. */
  readonly meter: Meter;
  /** Removes the connection from the list. Idempotent. */
  readonly close: () => void;
  /** Like `close`, of a connection that a person at the peer declined. */
  readonly decline: () => void;
}

/** Called when a connection has closed. `isDeclined`: a person at the peer declined it. */
export type ConnectionClosed = (isDeclined: boolean) => void;

type Entry = { readonly facts: ConnectionFacts; readonly startedAt: number; in: number; out: number; end: () => void };

/**
 * List in memory of the open connections of this device's forwards and of peers that connect through this device. `ForwardManager` creates it;
 * forwards and the servers for peers add to it. User interfaces show it and can end each connection. Reports each opening and end, which the forwards
 * module records in the history.
 */
export class ForwardConnections {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #onOpened: ((facts: ConnectionFacts) => ConnectionClosed) | undefined;
  readonly #entries = new Map<number, Entry>();
  #nextId = 1;

  /**
   * @param options.onChange called when the list or its counters have changed
   * @param options.onOpened called when a connection opens; the function that it returns is called when that connection ends
   */
  constructor(
    options: Readonly<{
      clock: Clock;
      onChange: () => void;
      onOpened?: ((facts: ConnectionFacts) => ConnectionClosed) | undefined;
    }>,
  ) {
    this.#clock = options.clock;
    this.#onChange = options.onChange;
    this.#onOpened = options.onOpened;
  }

  /** Number of open connections. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Adds a connection.
   * @param end ends the connection when a person disconnects it
   * @param also further meter for the same bytes
   */
  open(facts: ConnectionFacts, end: () => void, also?: Meter): OpenConnection {
    const id = this.#nextId;
    this.#nextId += 1;
    const entry: Entry = { facts, startedAt: Math.floor(this.#clock.now()), in: 0, out: 0, end };
    this.#entries.set(id, entry);
    const closed = this.#onOpened?.(facts);
    this.#onChange();
    const close = (isDeclined: boolean): void => {
      if (!this.#entries.delete(id)) return;
      closed?.(isDeclined);
      this.#onChange();
    };
    return {
      id,
      meter: {
        in: (bytes) => {
          entry.in += bytes;
          also?.in(bytes);
          this.#onChange();
        },
        out: (bytes) => {
          entry.out += bytes;
          also?.out(bytes);
          this.#onChange();
        },
      },
      close: () => close(false),
      decline: () => close(true),
    };
  }

  /** Returns the connections, oldest first, at most `limit`. */
  list(limit: number): ForwardConnectionView[] {
    return [...this.#entries].slice(0, limit).map(([id, { facts, startedAt, in: bytesIn, out: bytesOut }]) => ({
      id,
      ...facts,
      target: facts.target.slice(0, 300),
      startedAt,
      bytesIn,
      bytesOut,
    }));
  }

  /**
   * Ends a connection at a person's request.
   * @throws {ForwardError} `forward.unknown-connection`
   */
  disconnect(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new ForwardError('forward.unknown-connection', 'there is no such connection');
    entry.end();
  }
}
