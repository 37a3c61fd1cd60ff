import { randomUUID } from 'node:crypto';
import type { Clock } from '#shared/clock.ts';
import type { Connection } from './connection.ts';
import { MethodError, textAt, type Json } from './frames.ts';
import { covers, READ } from './scopes.ts';

/** What the scripted agent says: one text after the other; what it throws ends the run with an error. */
export type Script = (prompt: string) => AsyncIterable<string> | Iterable<string>;

interface Run {
  readonly runId: string;
  readonly sessionKey: string;
  readonly abort: AbortController;
  /** Of the run, from 1. */
  seq: number;
  text: string;
}

/** Answers prompts by a script, streamed as the real gateway streams a model. */
export class Chats {
  /** Replaced by tests. */
  script: Script = (prompt) => prompt.split(/(?<= )/u);
  /** True for a gateway that knows finished runs by their key, as the real one does for a while. */
  remembers = false;
  readonly #finished = new Map<string, string>();
  readonly #clock: Clock;
  readonly #connections: () => Iterable<Connection>;
  readonly #runs = new Map<string, Run>();
  #idle: (() => void)[] = [];

  constructor(clock: Clock, connections: () => Iterable<Connection>) {
    this.#clock = clock;
    this.#connections = connections;
  }

  /** Calls once when no run is on any more. */
  whenIdle(listener: () => void): void {
    this.#idle.push(listener);
  }

  get active(): readonly Run[] {
    return [...this.#runs.values()];
  }

  send(params: Json): Json {
    const runId = textAt(params, 'idempotencyKey') ?? randomUUID();
    if (this.#runs.has(runId)) return { runId, status: 'in_flight' };
    if (this.#finished.has(runId)) return { runId, status: 'ok' };
    const sessionKey = sessionKeyOf(textAt(params, 'sessionKey') ?? 'main');
    const run: Run = { runId, sessionKey, abort: new AbortController(), seq: 0, text: '' };
    this.#runs.set(runId, run);
    // The answer to the request goes out first.
    setImmediate(() => void this.#answer(run, textAt(params, 'message') ?? ''));
    return { runId, status: 'started' };
  }

  /** Answers `agent.wait`: the end of a run; `timeout` for one that isn't over or isn't known. */
  wait(params: Json): Json {
    if (!this.remembers) throw new MethodError('INVALID_REQUEST', 'unknown method: agent.wait');
    const text = this.#finished.get(textAt(params, 'runId') ?? '');
    return text === undefined ? { status: 'timeout' } : { status: 'ok', terminalReply: { text } };
  }

  abort(params: Json): Json {
    const sessionKey = sessionKeyOf(textAt(params, 'sessionKey') ?? 'main');
    const runId = textAt(params, 'runId');
    const hit = this.active.filter(
      (run) => run.sessionKey === sessionKey && (runId === undefined || run.runId === runId),
    );
    for (const run of hit) {
      run.abort.abort();
      this.#ended(run);
      this.#tell(run, {
        state: 'aborted',
        stopReason: 'rpc',
        ...(run.text === '' ? {} : { message: message(run, this.#clock) }),
      });
    }
    return { ok: true, aborted: hit.length > 0, runIds: hit.map((run) => run.runId) };
  }

  endAll(): void {
    this.#idle = [];
    for (const run of this.active) {
      run.abort.abort();
      this.#ended(run);
    }
  }

  async #answer(run: Run, prompt: string): Promise<void> {
    try {
      for (const phase of ['preparing_workspace', 'preparing_context', 'starting_model'])
        this.#tell(run, { state: 'status', phase });
      for await (const token of this.script(prompt)) {
        if (run.abort.signal.aborted) return;
        run.text += token;
        this.#tell(run, { state: 'delta', deltaText: token, message: message(run, this.#clock) });
      }
      if (run.abort.signal.aborted) return;
      if (this.remembers) this.#finished.set(run.runId, run.text);
      this.#ended(run);
      this.#tell(run, { state: 'final', stopReason: 'stop', message: message(run, this.#clock) });
    } catch (error) {
      this.#ended(run);
      this.#tell(run, { state: 'error', errorMessage: error instanceof Error ? error.message : 'failed' });
    }
  }

  #ended(run: Run): void {
    this.#runs.delete(run.runId);
    if (this.#runs.size > 0) return;
    const listeners = this.#idle;
    this.#idle = [];
    for (const listener of listeners) setImmediate(listener);
  }

  #tell(run: Run, more: Json): void {
    run.seq += 1;
    const payload = { runId: run.runId, sessionKey: run.sessionKey, agentId: 'main', seq: run.seq, ...more };
    for (const connection of this.#connections())
      if (connection.role === 'operator' && covers(connection.scopes, READ)) connection.event('chat', payload);
  }
}

function sessionKeyOf(key: string): string {
  return key.startsWith('agent:') ? key : `agent:main:${key}`;
}

function message(run: Run, clock: Clock): Json {
  return { role: 'assistant', content: [{ type: 'text', text: run.text }], timestamp: clock.now() };
}
