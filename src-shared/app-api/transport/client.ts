import { errorMessage } from '../../errors.ts';
import type { AppChannel } from './channel.ts';
import { ChannelTable } from './channels.ts';
import {
  APP_CALLS,
  APP_EVENTS,
  type AppCall,
  type AppEvent,
  type CallInput,
  type CallOutput,
  type CallProgress,
  type EventPayload,
} from '../schema.ts';
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
 * Client of the app-api, used by windows, the command line and the tray: typed calls, events and channels over any transport. Sends nothing by
 * itself.
 */
export class AppApiClient {
  /** Resolves when the connection has ended: with the error, or with undefined after `close`. Never rejects. */
  readonly closed: Promise<AppApiError | undefined>;
  readonly #transport: AppTransport;
  readonly #channels: ChannelTable;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();
  #guard: CallGuard | undefined;
  #nextCall = 1;
  #ended: AppApiError | undefined;
  #closing = false;
  readonly #resolveClosed: (error: AppApiError | undefined) => void;

  constructor(transport: AppTransport) {
    this.#transport = transport;
    this.#channels = new ChannelTable(transport);
    ({ promise: this.closed, resolve: this.#resolveClosed } = Promise.withResolvers<AppApiError | undefined>());
    transport.setHandlers({
      message: (bytes) => this.#receive(bytes),
      drain: () => this.#channels.drained(),
      closed: (error) => this.#finish(connectionLost(error)),
    });
  }

  /** Lets `guard` watch every later call. */
  guardCalls(guard: CallGuard): void {
    this.#guard = guard;
  }

  /**
   * Makes a call. Rejects with an AppApiError that carries the agent's code, message and details, or with one of the client's own codes:
   * `control.lost`, `control.cancelled`, `control.invalid` (input too large), `control.protocol` (invalid answer).
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
    try {
      const message = decodeWireMessage(bytes);
      if (message.kind === 'control') this.#handle(agentReply.parse(message.json));
      else this.#channels.receive(message, 'create');
    } catch (error) {
      this.#finish(
        new AppApiError('control.protocol', `the agent sent something unexpected: ${errorMessage(error)}`, {
          cause: error,
        }),
      );
      this.#transport.close();
    }
  }

  #handle(reply: AgentReply): void {
    if (reply.type === 'event') {
      this.#emit(reply.event, reply.payload);
      return;
    }
    const pending = this.#pending.get(reply.call);
    // The answer belongs to a cancelled call.
    if (pending === undefined) return;
    if (reply.type === 'progress') {
      const definition = APP_CALLS[pending.method];
      if (!('progress' in definition)) throw new AppApiError('control.protocol', `${pending.method} has no progress`);
      pending.progress(definition.progress.parse(reply.value));
      return;
    }
    this.#pending.delete(reply.call);
    if (reply.type === 'error') {
      pending.reject(new AppApiError(reply.code, reply.message, { details: reply.details }));
      return;
    }
    const output = safeParse(APP_CALLS[pending.method].output, reply.value);
    if (output.success) pending.resolve(output.data);
    else
      pending.reject(
        new AppApiError('control.protocol', `the answer to ${pending.method} is not as agreed`, {
          cause: output.error,
          details: { call: pending.method },
        }),
      );
  }

  #emit(event: string, payload: unknown): void {
    // An agent of a later version may send unknown events; known ones must be valid.
    if (!isEvent(event)) return;
    const value = APP_EVENTS[event].parse(payload);
    for (const listener of this.#listeners.get(event) ?? []) callBack(() => listener(value));
  }

  #sendControl(message: ClientMessage): void {
    this.#transport.send(encodeWireMessage({ kind: 'control', json: message }));
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

function isEvent(event: string): event is AppEvent {
  return Object.hasOwn(APP_EVENTS, event);
}

function cancelled(signal: AbortSignal): AppApiError {
  return new AppApiError('control.cancelled', 'cancelled', { cause: signal.reason });
}
