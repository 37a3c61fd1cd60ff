import type { z } from 'zod';
import { ClawReachError, errorCode, errorMessage } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { AppChannel } from './channel.ts';
import { ChannelTable } from './channels.ts';
import {
  AGENT_CALLS,
  AGENT_EVENTS,
  type AgentCall,
  type AgentEvent,
  type CallInput,
  type CallOutput,
  type CallProgress,
  type EventPayload,
} from '../schema.ts';
import { AppApiError, connectionLost, type AppTransport } from './transport.ts';
import {
  APP_WIRE_LIMITS,
  clientMessage,
  decodeWireMessage,
  encodeWireMessage,
  type AgentReply,
  type ClientMessage,
} from './wire.ts';
import { safeParse } from '../../safe-parse.ts';

/** Connection of one user interface, as the agent's handlers see it. */
export interface AppConnection {
  /** Unique among the server's connections. */
  readonly id: number;
  /** Aborted when the connection has ended. */
  readonly closed: AbortSignal;
  /** Opens a channel to this user interface. The handler returns the channel's ID in its answer. @throws {AppApiError} `control.busy` beyond 64 */
  openChannel(): AppChannel;
  /** Sends an event to this user interface only. Disconnects it if it doesn't read its messages. */
  emit<Event extends AgentEvent>(event: Event, payload: EventPayload<Event>): void;
  close(): void;
}

/** Context of one call, passed to its handler. */
export type CallContext<Call extends AgentCall> = Readonly<{
  /** Aborted when the caller cancels or disconnects. */
  signal: AbortSignal;
  progress(this: void, value: CallProgress<Call>): void;
  connection: AppConnection;
}>;

/**
 * Handlers of the agent's calls, one per call. The server checks the input before and the output after. A handler's ClawReachError reaches the
 * caller; any other error is logged and becomes `internal`.
 */
export type AppHandlers = {
  readonly [Call in AgentCall]: (input: CallInput<Call>, context: CallContext<Call>) => Promise<CallOutput<Call>>;
};

/** Limits of one connection. */
export type AppServerLimits = Readonly<{
  /** Maximum number of calls that run at the same time. */
  calls: number;
  /** Maximum number of bytes of answers and events that wait for a user interface; beyond it, the server disconnects. */
  sendQueue: number;
}>;

type Definition = Readonly<{ input: z.ZodType; output: z.ZodType; progress?: z.ZodType }>;
type AnyHandler = (input: unknown, context: CallContext<AgentCall>) => Promise<unknown>;

/** Agent's end of one connection to a user interface, created by `AppApiServer`: checks each call, runs its handler, sends the answer. */
export class ServerConnection implements AppConnection {
  readonly id: number;
  readonly #transport: AppTransport;
  readonly #handlers: AppHandlers;
  readonly #logger: Logger;
  readonly #limits: AppServerLimits;
  readonly #channels: ChannelTable;
  readonly #calls = new Map<number, AbortController>();
  readonly #controller = new AbortController();
  /** True before the first call has run. */
  #isFresh = true;

  constructor(
    options: Readonly<{
      id: number;
      transport: AppTransport;
      handlers: AppHandlers;
      logger: Logger;
      limits: AppServerLimits;
    }>,
  ) {
    this.id = options.id;
    this.#transport = options.transport;
    this.#handlers = options.handlers;
    this.#logger = options.logger;
    this.#limits = options.limits;
    this.#channels = new ChannelTable(options.transport);
  }

  get closed(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts to handle the transport's messages. */
  start(): void {
    this.#transport.setHandlers({
      message: (bytes) => this.#receive(bytes),
      drain: () => this.#channels.drained(),
      closed: (error) => this.#finish(connectionLost(error)),
    });
  }

  openChannel(): AppChannel {
    if (this.closed.aborted) throw connectionLost(this.closed.reason);
    return this.#channels.open();
  }

  emit<Event extends AgentEvent>(event: Event, payload: EventPayload<Event>): void {
    this.emitEncoded(encodeEvent(event, payload), event);
  }

  /** Sends an event that `encodeEvent` has encoded: once for all connections. */
  emitEncoded(message: Uint8Array, event: AgentEvent): void {
    if (message.length > APP_WIRE_LIMITS.message)
      this.#logger.error('an event for user interfaces is too large', { type: event });
    else this.#send(message);
  }

  /** Closes the transport and aborts the running calls. */
  close(): void {
    this.#finish(connectionLost());
    this.#transport.close();
  }

  #receive(bytes: Uint8Array): void {
    if (this.closed.aborted) return;
    try {
      const message = decodeWireMessage(bytes);
      if (message.kind === 'control') this.#handle(clientMessage.parse(message.json));
      else this.#channels.receive(message, 'refuse');
    } catch (error) {
      this.#logger.warn('a user interface broke the protocol', { connection: this.id, code: errorCode(error) });
      this.close();
    }
  }

  #handle(message: ClientMessage): void {
    if (message.type === 'cancel') {
      this.#calls.get(message.call)?.abort(new AppApiError('control.cancelled', 'the caller cancelled'));
      return;
    }
    const { call, method, params } = message;
    if (this.#calls.has(call)) throw new AppApiError('control.protocol', 'a call with this number is running');
    if (!isCall(method)) {
      this.#fail(
        call,
        new AppApiError('control.unknown-call', `no call ${printable(method)}`, {
          details: { call: printable(method) },
        }),
      );
      return;
    }
    const definition: Definition = AGENT_CALLS[method];
    const input = safeParse(definition.input, params);
    if (!input.success) {
      const where = input.error.issues[0]?.path.join('.') ?? '';
      this.#fail(
        call,
        new AppApiError('control.invalid', `${method}: invalid ${printable(where) || 'input'}`, {
          details: { call: method, field: printable(where) },
        }),
      );
      return;
    }
    if (this.#calls.size >= this.#limits.calls) {
      this.#fail(
        call,
        new AppApiError('control.busy', 'too many calls at once', { details: { limit: this.#limits.calls } }),
      );
      return;
    }
    void this.#run(call, method, definition, input.data);
  }

  async #run(call: number, method: AgentCall, definition: Definition, input: unknown): Promise<void> {
    const controller = new AbortController();
    this.#calls.set(call, controller);
    try {
      // This process may have been suspended: the cancellation of the first call may follow right behind it.
      if (this.#isFresh) await Promise.resolve();
      this.#isFresh = false;
      controller.signal.throwIfAborted();
      // The call's schema has checked the input; the type can't follow the table.
      const handler = this.#handlers[method] as AnyHandler;
      const output = await handler(input, {
        signal: controller.signal,
        progress: (value) => this.#progress(call, definition, value),
        connection: this,
      });
      this.#calls.delete(call);
      this.#reply({ type: 'result', call, value: definition.output.parse(output) });
    } catch (error) {
      this.#calls.delete(call);
      if (!(error instanceof ClawReachError))
        this.#logger.error('a call failed inside the agent', { method, error: errorMessage(error) });
      this.#fail(call, error);
    }
  }

  #progress(call: number, definition: Definition, value: unknown): void {
    if (!this.#calls.has(call) || definition.progress === undefined) return;
    this.#reply({ type: 'progress', call, value: definition.progress.parse(value) });
  }

  #fail(call: number, error: unknown): void {
    // Other errors may contain anything, so only the log gets their message.
    const known =
      error instanceof ClawReachError ? error : new ClawReachError('internal', 'an unexpected error inside the agent');
    this.#reply({
      type: 'error',
      call,
      code: known.code.slice(0, 64),
      message: known.message.slice(0, 4096),
      details: { ...known.details },
    });
  }

  #reply(reply: AgentReply): void {
    const message = encodeWireMessage({ kind: 'control', json: reply });
    if (message.length > APP_WIRE_LIMITS.message) {
      if (reply.type === 'result')
        this.#fail(reply.call, new AppApiError('control.too-large', 'the answer is too large'));
      else this.#logger.error('a message to a user interface is too large', { type: reply.type });
      return;
    }
    this.#send(message);
  }

  #send(message: Uint8Array): void {
    if (this.closed.aborted) return;
    this.#transport.send(message);
    if (this.#transport.bufferedBytes <= this.#limits.sendQueue) return;
    this.#logger.warn('a user interface does not take its messages', { connection: this.id });
    this.close();
  }

  #finish(error: AppApiError): void {
    if (this.closed.aborted) return;
    this.#controller.abort(error);
    for (const controller of this.#calls.values()) controller.abort(error);
    this.#channels.fail(error);
  }
}

/** Encodes an event for user interfaces. @throws {ZodError} for a payload that its schema doesn't have */
export function encodeEvent<Event extends AgentEvent>(event: Event, payload: EventPayload<Event>): Uint8Array {
  const reply: AgentReply = { type: 'event', event, payload: AGENT_EVENTS[event].parse(payload) };
  return encodeWireMessage({ kind: 'control', json: reply });
}

function isCall(method: string): method is AgentCall {
  return Object.hasOwn(AGENT_CALLS, method);
}

/** Cleans untrusted text for an error message. */
function printable(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]/g, '?').slice(0, 64);
}
