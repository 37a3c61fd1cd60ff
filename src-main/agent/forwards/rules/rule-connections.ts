import { ForwardError } from '#shared/forward/index.ts';
import type { ForwardConnections, OpenConnection } from './forward-connections.ts';
import type { Meter } from './upstream.ts';

/** Limits of one rule. */
export const RULE_LIMITS = {
  /** Most connections at the same time, including those being opened. */
  connections: 1024,
} as const;

/**
 * Open connections of one rule, in memory: limits and counts them, and adds them to the device's list of open connections, which the history
 * records.
 */
export class RuleConnections {
  readonly #table: ForwardConnections;
  readonly #facts: () => Readonly<{ forward: string; forwardName: string; peerName: string | null }>;
  readonly #onAnswer: (wasAsked: boolean) => void;
  readonly #open = new Map<number, () => void>();
  #total = 0;
  #in = 0;
  #out = 0;

  /**
   * @param facts facts about the rule, for the list of open connections
   * @param onAnswer called when its machine has let a connection through; `wasAsked`: after a question to someone there
   */
  constructor(
    table: ForwardConnections,
    facts: () => Readonly<{ forward: string; forwardName: string; peerName: string | null }>,
    onAnswer: (wasAsked: boolean) => void = () => undefined,
  ) {
    this.#table = table;
    this.#facts = facts;
    this.#onAnswer = onAnswer;
  }

  /** Number of open connections. */
  get count(): number {
    return this.#open.size;
  }

  /** Number of connections opened since the agent started. */
  get total(): number {
    return this.#total;
  }

  /** Bytes received from targets since the agent started. */
  get bytesIn(): number {
    return this.#in;
  }

  /** Bytes sent to targets since the agent started. */
  get bytesOut(): number {
    return this.#out;
  }

  /** True if no further connection may be opened. */
  get isFull(): boolean {
    return this.#open.size >= RULE_LIMITS.connections;
  }

  /** Reports that the rule's machine has let a connection through. @param wasAsked someone there was asked first */
  answered(wasAsked: boolean): void {
    this.#onAnswer(wasAsked);
  }

  /**
   * Adds a connection.
   * @param target `host:port`
   * @param source address of the client, `ip:port`; null if unknown
   * @param end ends the connection when a person disconnects it
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
      decline: () => {
        this.#open.delete(connection.id);
        connection.decline();
      },
    };
  }
}
