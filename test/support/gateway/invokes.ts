import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '#shared/clock.ts';
import type { Connection } from './connection.ts';
import { isJson, textAt, unavailable, type Json, type MethodError } from './frames.ts';

const TIMEOUT = 30_000;

interface Waiting {
  readonly node: Connection;
  readonly nodeId: string;
  readonly command: string;
  readonly timer: Timer;
  resolve(result: unknown): void;
  reject(error: MethodError): void;
}

/** Commands on their way to nodes and back. */
export class Invokes {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param params what the node gets as `paramsJSON` */
  run(
    node: Connection,
    nodeId: string,
    command: string,
    params: unknown,
    options: Readonly<{ timeoutMs?: number; idempotencyKey?: string; signal?: AbortSignal }> = {},
  ): Promise<unknown> {
    const id = randomUUID();
    const timeoutMs = options.timeoutMs ?? TIMEOUT;
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimer(timeoutMs, () => this.#giveUp(id, 'TIMEOUT', 'node invoke timed out'));
      this.#waiting.set(id, { node, nodeId, command, timer, resolve, reject });
      options.signal?.addEventListener('abort', () => this.#giveUp(id, 'ABORTED', 'node invoke was cancelled'));
      node.event(
        'node.invoke.request',
        {
          id,
          nodeId,
          command,
          ...(params === undefined ? {} : { paramsJSON: JSON.stringify(params) }),
          timeoutMs,
          idempotencyKey: options.idempotencyKey ?? randomUUID(),
        },
        false,
      );
    });
  }

  /** `node.invoke.result`; late and double ones are ignored. */
  answer(node: Connection, params: Json): Json {
    const id = textAt(params, 'id') ?? '';
    const waiting = this.#take(id);
    if (waiting === undefined || waiting.node !== node) return { ok: true, ignored: true };
    if (params['ok'] === true) {
      const payloadJSON = textAt(params, 'payloadJSON') ?? null;
      const payload = payloadJSON === null ? (params['payload'] ?? null) : parse(payloadJSON);
      waiting.resolve({ ok: true, nodeId: waiting.nodeId, command: waiting.command, payload, payloadJSON });
    } else {
      const error = isJson(params['error']) ? params['error'] : {};
      waiting.reject(
        nodeError(textAt(error, 'code') ?? 'UNAVAILABLE', textAt(error, 'message') ?? 'node invoke failed'),
      );
    }
    return { ok: true };
  }

  /** The node has gone. */
  disconnected(node: Connection): void {
    for (const [id, waiting] of this.#waiting)
      if (waiting.node === node)
        this.#take(id)?.reject(nodeError('DISCONNECTED', `node disconnected (${waiting.command})`));
  }

  #giveUp(id: string, code: string, message: string): void {
    const waiting = this.#take(id);
    if (waiting === undefined) return;
    waiting.node.event('node.invoke.cancel', { invokeId: id, nodeId: waiting.nodeId }, false);
    waiting.reject(nodeError(code, message));
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.timer.cancel();
    return waiting;
  }
}

function nodeError(code: string, message: string): MethodError {
  return unavailable(`${code}: ${message}`, { nodeError: { code, message }, nodeCommandDispatched: true });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
