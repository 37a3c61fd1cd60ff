import { ForwardError } from '#shared/forward/index.ts';
import type { ForwardConnections, OpenConnection } from './connections.ts';
import type { Meter } from './types.ts';

export const RULE_LIMITS = {
  /** Connections of a rule at a time, also those that are being made. */
  connections: 1024,
} as const;

/** The connections of one rule: counted, limited, in the table. */
export class RuleConnections {
  readonly #table: ForwardConnections;
  readonly #facts: () => Readonly<{ forward: string; forwardName: string; peerName: string | null }>;
  readonly #open = new Map<number, () => void>();
  #total = 0;
  #in = 0;
  #out = 0;

  constructor(
    table: ForwardConnections,
    facts: () => Readonly<{ forward: string; forwardName: string; peerName: string | null }>,
  ) {
    this.#table = table;
    this.#facts = facts;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Since the agent started. */
  get total(): number {
    return this.#total;
  }

  get bytesIn(): number {
    return this.#in;
  }

  get bytesOut(): number {
    return this.#out;
  }

  get isFull(): boolean {
    return this.#open.size >= RULE_LIMITS.connections;
  }

  /**
   * @param target `host:port`
   * @param end ends it, when a person wants that
   * @throws {ForwardError} `forward.too-many`
   */
  open(target: string, source: string | null, end: () => void): OpenConnection {
    if (this.isFull) throw new ForwardError('forward.too-many', 'too many connections of this rule');
    const sum: Meter = {
      in: (bytes) => {
        this.#in += bytes;
      },
      out: (bytes) => {
        this.#out += bytes;
      },
    };
    const connection = this.#table.open({ ...this.#facts(), direction: 'out', target, source }, end, sum);
    this.#open.set(connection.id, end);
    this.#total += 1;
    return {
      ...connection,
      close: () => {
        this.#open.delete(connection.id);
        connection.close();
      },
    };
  }
}
