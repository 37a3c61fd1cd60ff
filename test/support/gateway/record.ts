import type { Connection } from './connection.ts';
import type { ErrorShape, Frame } from './frames.ts';
import type { ConnectParams } from './types.ts';

export interface RecordedFrame {
  readonly connection: Connection;
  readonly direction: 'sent' | 'received';
  readonly frame: Frame;
  readonly at: number;
}

/** One try to connect and what came of it. */
export interface RecordedConnect {
  readonly connection: Connection;
  readonly at: number;
  readonly params: ConnectParams;
  outcome?: 'hello' | ErrorShape;
  close?: Readonly<{ code: number; reason: string }>;
}

/** All that was said, for tests that count attempts or look for secrets. */
export class GatewayRecord {
  readonly frames: RecordedFrame[] = [];
  readonly connects: RecordedConnect[] = [];
  /** Sockets that were opened, also those that said nothing. */
  sockets = 0;
  /** What clients have sent against the published schema. */
  readonly violations: string[] = [];
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();

  constructor(now: () => number) {
    this.#now = now;
  }

  frame(connection: Connection, direction: 'sent' | 'received', frame: Frame): void {
    this.frames.push({ connection, direction, frame, at: this.#now() });
    this.changed();
  }

  connect(connection: Connection, params: ConnectParams): void {
    this.connects.push({ connection, params, at: this.#now() });
  }

  outcome(connection: Connection, outcome: 'hello' | ErrorShape): void {
    const entry = this.connects.find((one) => one.connection === connection);
    if (entry !== undefined) entry.outcome = outcome;
    this.changed();
  }

  closing(connection: Connection, code: number, reason: string): void {
    const entry = this.connects.find((one) => one.connection === connection);
    if (entry !== undefined) entry.close = { code, reason };
    this.changed();
  }

  /** Requests of a method, in the order they came. */
  requests(method: string): readonly Extract<Frame, { type: 'req' }>[] {
    return this.frames
      .filter((one) => one.direction === 'received')
      .map((one) => one.frame)
      .filter((frame) => frame.type === 'req')
      .filter((frame) => frame.method === method);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
