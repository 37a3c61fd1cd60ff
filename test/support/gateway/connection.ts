import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { eventProblem, frameProblem, resultProblem } from './schema.ts';
import type { ErrorShape, Frame } from './frames.ts';
import type { GatewayRecord } from './record.ts';
import type { ConnectParams } from './types.ts';

/** One client's socket. What goes out is checked against the published schema: a wrong frame is a mistake of the double. */
export class Connection {
  readonly id: string = randomUUID();
  readonly nonce: string = randomUUID();
  readonly socket: WebSocket;
  readonly origin: string | undefined;
  /** Set once it was admitted. */
  params: ConnectParams | undefined;
  role = '';
  scopes: readonly string[] = [];
  /** Of the token's kind by which it came in. */
  method = '';
  connectedAtMs = 0;
  /** A second one of the same node has taken over. */
  superseded = false;
  unauthorizedCalls = 0;
  /** Frames held back by a fault, ms each. */
  delay = 0;
  stalled: Frame[] | undefined;
  #seq = 0;
  readonly #record: GatewayRecord;
  readonly #methods = new Map<string, string>();

  /** @param origin of the page that opened it; native programs send none */
  constructor(socket: WebSocket, record: GatewayRecord, origin: string | undefined) {
    this.socket = socket;
    this.origin = origin;
    this.#record = record;
  }

  get deviceId(): string | undefined {
    return this.params?.device?.id;
  }

  get caps(): readonly string[] {
    return this.params?.caps ?? [];
  }

  remember(id: string, method: string): void {
    this.#methods.set(id, method);
  }

  answer(id: string, payload: unknown): void {
    const method = this.#methods.get(id) ?? '';
    const problem = resultProblem(method, payload);
    if (problem !== undefined) throw new Error(`the double answers ${method} wrongly: ${problem}`);
    this.send({ type: 'res', id, ok: true, payload });
  }

  refuse(id: string, error: ErrorShape): void {
    this.send({ type: 'res', id, ok: false, error });
  }

  /** @param counted false for events that are meant for one node and carry no number */
  event(event: string, payload: unknown, counted = true): void {
    const problem = eventProblem(event, payload);
    if (problem !== undefined) throw new Error(`the double sends ${event} wrongly: ${problem}`);
    if (!counted) return this.send({ type: 'event', event, payload });
    this.#seq += 1;
    this.send({ type: 'event', event, payload, seq: this.#seq });
  }

  /** Numbers that are never sent: the client has missed something. */
  skip(count: number): void {
    this.#seq += count;
  }

  send(frame: Frame): void {
    const problem = frameProblem(frame);
    if (problem !== undefined) throw new Error(`the double sends a wrong frame: ${problem}`);
    if (this.stalled !== undefined) {
      this.stalled.push(frame);
      return;
    }
    this.#record.frame(this, 'sent', frame);
    const text = JSON.stringify(frame);
    if (this.delay === 0) this.socket.send(text);
    else setTimeout(() => this.socket.send(text), this.delay);
  }

  close(code: number, reason: string): void {
    this.#record.closing(this, code, reason);
    this.socket.close(code, reason);
  }
}
