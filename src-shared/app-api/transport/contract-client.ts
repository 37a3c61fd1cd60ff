import { errorMessage } from '../../errors.ts';
import type { AppChannel } from './channel.ts';
import { ChannelTable } from './channels.ts';
import type { AnswerContract, AnswerSchemas } from './contract.ts';
import type { AppCall, AppEvent, CallInput, CallOutput, CallProgress, EventPayload } from '../schema.ts';
import { AppApiError, connectionLost, type AppTransport } from './transport.ts';
import {
  agentReply,
  APP_WIRE_LIMITS,
  decodeWireMessage,
  encodeWireMessage,
  type AgentReply,
  type ClientMessage,
} from './wire.ts';
import { safeParse } from '../../safe-parse.ts';

/** Options of a call. */
export type CallOptions<Call extends AppCall> = Readonly<{
  /** Cancels the call at the agent; the promise rejects with `control.cancelled` at once. */
  signal?: AbortSignal;
  onProgress?: (value: CallProgress<Call>) => void;
}>;

/** One call that a `CallGuard` watches. */
export type GuardedCall = Readonly<{
  /** Ends the call once aborted; its reason is the error of the call. */
  signal: AbortSignal;
  /** Called when the agent reports progress. */
  progressed(value: unknown): void;
  /** Called when the call has ended, with the agent's answer; undefined after an error. */
  ended(answer?: unknown): void;
}>;

/** Function that watches the calls of a client and can end them. Called at the start of each call; returns undefined to ignore that call. */
export type CallGuard = (method: AppCall, input: unknown) => GuardedCall | undefined;

type Pending = Readonly<{
  method: AppCall;
  resolve: (value: unknown) => void;
  reject: (error: AppApiError) => void;
  progress: (value: unknown) => void;
}>;

/**
 * Client of the app-api: typed calls, events and channels over any transport, checked by the schemas of a contract. While schemas are being loaded, the
 * messages behind the one that needs them wait. Sends nothing by itself.
 */
export class ContractClient {
  /** Resolves when the connection has ended: with the error, or with undefined after `close`. Never rejects. */
  readonly closed: Promise<AppApiError | undefined>;
  readonly #transport: AppTransport;
  readonly #contract: AnswerContract;
  readonly #channels: ChannelTable;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  #guard: CallGuard | undefined;
  #nextCall = 1;
  #ended: AppApiError | undefined;
  #closing = false;
  /** Messages behind one whose schemas are being loaded; undefined while none are. */
  #waiting: Uint8Array[] | undefined;
  /** Loss of the connection while messages wait. */
  #lost: AppApiError | undefined;
  readonly #resolveClosed: (error: AppApiError | undefined) => void;

  constructor(transport: AppTransport, contract: AnswerContract) {
    this.#transport = transport;
    this.#contract = contract;
    this.#channels = new ChannelTable(transport);
    ({ promise: this.closed, resolve: this.#resolveClosed } = Promise.withResolvers<AppApiError | undefined>());
    transport.setHandlers({
      message: (bytes) => this.#receive(bytes),
      drain: () => this.#channels.drained(),
      closed: (error) => this.#lose(connectionLost(error)),
    });
  }

  /** Lets `guard` watch every later call. */
  guardCalls(guard: CallGuard): void {
    this.#guard = guard;
  }

  /**
   * Makes a call. Rejects with an AppApiError that carries the agent's code, message and details, or with one of the client's own codes:
   * `control.lost`, `control.cancelled`, `control.invalid` (input too large), `control.protocol` (invalid answer), `control.load` (schemas of the answer).
   */
  call<Call extends AppCall>(
    method: Call,
    input: CallInput<Call>,
    options: CallOptions<Call> = {},
  ): Promise<CallOutput<Call>> {
    const { signal, onProgress } = options;
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (signal?.aborted === true) return Promise.reject(cancelled(signal));
    const call = this.#nextCall;
    const message = encodeWireMessage({
      kind: 'control',
      json: { type: 'call', call, method, params: input } satisfies ClientMessage,
    });
    if (message.length > APP_WIRE_LIMITS.message)
      return Promise.reject(
        new AppApiError('control.invalid', `the input of ${method} is too large`, { details: { call: method } }),
      );
    this.#nextCall += 1;
    const guarded = this.#guard?.(method, input);
    return new Promise<CallOutput<Call>>((resolve, reject) => {
      const giveUp = (error: unknown): void => {
        if (!this.#pending.delete(call)) return;
        this.#sendControl({ type: 'cancel', call });
        done();
        // oxlint-disable-next-line prefer-promise-reject-errors -- the reason of the guard is the error it ends the call with
        reject(error);
      };
      const abort = (): void => {
        if (signal !== undefined) giveUp(cancelled(signal));
      };
      const end = (): void => giveUp(guarded?.signal.reason);
      const done = (answer?: unknown): void => {
        signal?.removeEventListener('abort', abort);
        guarded?.signal.removeEventListener('abort', end);
        guarded?.ended(answer);
      };
      this.#pending.set(call, {
        method,
        resolve: (value) => {
          done(value);
          resolve(value as CallOutput<Call>);
        },
        reject: (error) => {
          done();
          reject(error);
        },
        progress: (value) => {
          guarded?.progressed(value);
          callBack(() => onProgress?.(value as CallProgress<Call>));
        },
      });
      signal?.addEventListener('abort', abort, { once: true });
      guarded?.signal.addEventListener('abort', end, { once: true });
      this.#transport.send(message);
      // Schemas are loaded while the agent works. A failure shows when the answer needs them.
      const schemas = this.#contract.answersTo(method);
      if (schemas instanceof Promise) schemas.catch(() => undefined);
    });
  }

  /** Adds a listener for an event. @returns a function that removes it */
  on<Event extends AppEvent>(event: Event, listener: (payload: EventPayload<Event>) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    const entry = (payload: unknown): void => listener(payload as EventPayload<Event>);
    listeners.add(entry);
    return () => void listeners.delete(entry);
  }

  /** Returns the channel whose ID the agent's answer contains. The same ID returns the same object. */
  channel(id: number): AppChannel {
    return this.#channels.named(id);
  }

  /** Closes the transport; pending calls reject with `control.lost`. */
  close(): void {
    this.#closing = true;
    this.#finish(connectionLost());
    this.#transport.close();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#ended !== undefined) return;
    if (this.#waiting !== undefined) {
      this.#waiting.push(bytes);
      return;
    }
    try {
      const loading = this.#take(bytes);
      if (loading !== undefined) void this.#receiveAfter(loading);
    } catch (error) {
      this.#break(error);
    }
  }

  /** Lets further messages wait until the current one is handled. Never rejects. */
  async #receiveAfter(loading: Promise<void>): Promise<void> {
    const waiting: Uint8Array[] = [];
    this.#waiting = waiting;
    try {
      await loading;
      for (let next = waiting.shift(); next !== undefined && this.#ended === undefined; next = waiting.shift())
        await this.#take(next);
    } catch (error) {
      this.#break(error);
    }
    this.#waiting = undefined;
    if (this.#lost !== undefined) this.#finish(this.#lost);
  }

  /** Handles one message. Returns a promise if its schemas must be loaded first. */
  #take(bytes: Uint8Array): Promise<void> | undefined {
    const message = decodeWireMessage(bytes);
    if (message.kind === 'control') return this.#handle(agentReply.parse(message.json));
    this.#channels.receive(message, 'create');
    return undefined;
  }

  #handle(reply: AgentReply): Promise<void> | undefined {
    if (reply.type === 'event') return this.#emit(reply.event, reply.payload);
    const pending = this.#pending.get(reply.call);
    // The answer belongs to a cancelled call.
    if (pending === undefined) return undefined;
    if (reply.type === 'error') {
      this.#pending.delete(reply.call);
      pending.reject(new AppApiError(reply.code, reply.message, { details: reply.details }));
      return undefined;
    }
    const loading = whenLoaded(this.#contract.answersTo(pending.method), (schemas) => {
      // The call may have been cancelled meanwhile.
      if (this.#pending.get(reply.call) === pending) this.#answer(pending, schemas, reply);
    });
    return loading?.catch((error: unknown) => {
      if (!isOfLoad(error)) throw error;
      if (!this.#pending.delete(reply.call)) return;
      if (reply.type === 'progress') this.#sendControl({ type: 'cancel', call: reply.call });
      pending.reject(error);
    });
  }

  #answer(
    pending: Pending,
    { output: outputSchema, progress }: AnswerSchemas,
    reply: Extract<AgentReply, { type: 'progress' | 'result' }>,
  ): void {
    const { method } = pending;
    if (reply.type === 'progress') {
      if (progress === undefined) throw new AppApiError('control.protocol', `${method} has no progress`);
      pending.progress(progress.parse(reply.value));
      return;
    }
    this.#pending.delete(reply.call);
    const output = safeParse(outputSchema, reply.value);
    if (output.success) pending.resolve(output.data);
    else
      pending.reject(
        new AppApiError('control.protocol', `the answer to ${method} is not as agreed`, {
          cause: output.error,
          details: { call: method },
        }),
      );
  }

  #emit(event: string, payload: unknown): Promise<void> | undefined {
    // An agent of a later version may send unknown events, which no one here listens to.
    if (!this.#hasListeners(event)) return undefined;
    return whenLoaded(this.#contract.payloadOf(event), (schema) => {
      const value = schema.parse(payload);
      for (const listener of this.#listeners.get(event) ?? []) callBack(() => listener(value));
    });
  }

  /** Tells whether anyone listens to an event, which is then one of the contract: `on` takes no other. */
  #hasListeners(event: string): event is AppEvent {
    return (this.#listeners.get(event)?.size ?? 0) > 0;
  }

  #sendControl(message: ClientMessage): void {
    this.#transport.send(encodeWireMessage({ kind: 'control', json: message }));
  }

  /** Ends the connection to an agent that doesn't keep to the contract, or whose event can't be read here: later ones may depend on it. */
  #break(error: unknown): void {
    this.#finish(
      isOfLoad(error)
        ? error
        : new AppApiError('control.protocol', `the agent sent something unexpected: ${errorMessage(error)}`, {
            cause: error,
          }),
    );
    this.#transport.close();
  }

  /** Ends the client after the messages that arrived before the connection was lost. */
  #lose(error: AppApiError): void {
    if (this.#waiting === undefined) this.#finish(error);
    else this.#lost = error;
  }

  #finish(error: AppApiError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
    this.#channels.fail(error);
    this.#resolveClosed(this.#closing ? undefined : error);
  }
}

/** Calls a listener. Reports its error as an unhandled rejection, so that it doesn't end the connection. */
function callBack(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    void Promise.reject(error);
  }
}

/** Calls `use` with schemas, at once if they are loaded. Returns a promise otherwise. */
function whenLoaded<Schemas extends object>(
  schemas: Schemas | Promise<Schemas>,
  use: (schemas: Schemas) => void,
): Promise<void> | undefined {
  if (schemas instanceof Promise) return schemas.then(use);
  use(schemas);
  return undefined;
}

/** Reports whether an error means that schemas weren't loaded. */
function isOfLoad(error: unknown): error is AppApiError {
  return error instanceof AppApiError && error.code === 'control.load';
}

function cancelled(signal: AbortSignal): AppApiError {
  return new AppApiError('control.cancelled', 'cancelled', { cause: signal.reason });
}
