import { ClawReachError } from '../../errors.ts';
import type { CallInput, CallOutput, EventPayload } from '../schema.ts';
import { PATH_CALLS } from '../schemas/transfer-schema.ts';
import { SHELL_CALLS, SHELL_EVENTS, type ShellCall, type ShellEvent } from '../schemas/shell-schema.ts';
import type { AppTransport, AppTransportHandlers } from './transport.ts';
import { APP_WIRE_LIMITS, clientMessage, decodeWireMessage, encodeWireMessage, type AgentReply } from './wire.ts';
import { safeParse } from '../../safe-parse.ts';

/** Calls that only the desktop application can answer, and the error code that any other program returns for each. */
const APPLICATION_CALLS = {
  'shell.quit': 'shell.quit-elsewhere',
  'shell.secret.keep': 'shell.secret-elsewhere',
  'shell.openDesktop': 'shell.viewer-elsewhere',
  'shell.saveText': 'shell.files-elsewhere',
  'shell.chooseFolder': 'shell.files-elsewhere',
  'shell.transfers.choose': 'shell.files-elsewhere',
  'shell.transfers.send': 'shell.files-elsewhere',
  'shell.transfers.put': 'shell.files-elsewhere',
  'shell.folders.get': 'shell.files-elsewhere',
  'shell.transfers.accept': 'shell.files-elsewhere',
  'shell.transfers.setInbox': 'shell.files-elsewhere',
  'shell.agents.setFiles': 'shell.files-elsewhere',
  'shell.folders.share': 'shell.files-elsewhere',
  'shell.messages.send': 'shell.files-elsewhere',
  'shell.transfers.show': 'shell.files-elsewhere',
  'shell.camera': 'shell.camera-elsewhere',
  'shell.autostart.get': 'shell.autostart-elsewhere',
  'shell.autostart.set': 'shell.autostart-elsewhere',
  'shell.updates.get': 'shell.updates-elsewhere',
  'shell.updates.check': 'shell.updates-elsewhere',
  'shell.updates.download': 'shell.updates-elsewhere',
  'shell.updates.cancel': 'shell.updates-elsewhere',
  'shell.updates.install': 'shell.updates-elsewhere',
  'shell.licences': 'shell.licences-missing',
  'shell.command.get': 'shell.command-elsewhere',
  'shell.command.install': 'shell.command-elsewhere',
  'shell.command.remove': 'shell.command-elsewhere',
} as const satisfies Readonly<Partial<Record<ShellCall, string>>>;
/** Calls to the agent that a window may not make. */
const NOT_FOR_WINDOWS: ReadonlySet<string> = new Set(PATH_CALLS);
type ApplicationCall = keyof typeof APPLICATION_CALLS;
type Handler<Call extends ShellCall> = (input: CallInput<Call>) => Promise<CallOutput<Call>>;

/**
 * Handlers of the shell's calls, one per call; those that only the desktop application answers are optional. The transport checks the input before
 * and the output after.
 */
export type ShellHandlers = {
  readonly [Call in Exclude<ShellCall, ApplicationCall>]: Handler<Call>;
} & { readonly [Call in ApplicationCall]?: Handler<Call> };

type AnyHandler = (input: unknown) => Promise<unknown>;

/** Maximum number of shell calls of one window that run at the same time; more are rejected. */
const MOST_CALLS = 16;

/**
 * Transport that stands between a window and its agent. It answers the window's shell calls (`SHELL_CALLS`) itself and passes all other messages on
 * unchanged, so that the window needs only one connection. Used by the desktop application and the web server of `clawreach ui`.
 */
export class ShellTransport implements AppTransport {
  /** Resolves when the window's connection has ended. */
  readonly ended: Promise<void>;
  readonly #window: AppTransport;
  readonly #handlers: ShellHandlers;
  readonly #end: () => void;
  #running = 0;
  #closed = false;

  /** @param transport the window's transport */
  constructor(transport: AppTransport, handlers: ShellHandlers) {
    this.#window = transport;
    this.#handlers = handlers;
    ({ promise: this.ended, resolve: this.#end } = Promise.withResolvers<void>());
  }

  get bufferedBytes(): number {
    return this.#window.bufferedBytes;
  }

  send(message: Uint8Array): void {
    this.#window.send(message);
  }

  setHandlers(agent: AppTransportHandlers): void {
    this.#window.setHandlers({
      message: (bytes) => {
        if (!this.#answer(bytes)) agent.message(bytes);
      },
      drain: () => agent.drain(),
      closed: (error) => {
        this.#closed = true;
        this.#end();
        agent.closed(error);
      },
    });
  }

  setPaused(paused: boolean): void {
    this.#window.setPaused?.(paused);
  }

  close(): void {
    this.#window.close();
  }

  /** Sends a shell event to this window. */
  emit<Event extends ShellEvent>(event: Event, payload: EventPayload<Event>): void {
    this.#reply({ type: 'event', event, payload: SHELL_EVENTS[event].parse(payload) });
  }

  /** Answers a shell call. @returns false for any other message; an unreadable one goes to the agent, which then ends the connection */
  #answer(bytes: Uint8Array): boolean {
    if (bytes[0] !== 0 || bytes.length > APP_WIRE_LIMITS.message) return false;
    const message = readClientMessage(bytes);
    if (message?.type !== 'call') return false;
    if (NOT_FOR_WINDOWS.has(message.method) || choosesPlace(message)) {
      this.#fail(message.call, new ClawReachError('shell.paths', 'a window names no paths'));
      return true;
    }
    if (!isShellCall(message.method)) return false;
    const { call, method, params } = message;
    const input = safeParse(SHELL_CALLS[method].input, params);
    if (!input.success) {
      const field = input.error.issues[0]?.path.join('.') ?? '';
      this.#fail(
        call,
        new ClawReachError('control.invalid', `${method}: invalid input`, { details: { call: method, field } }),
      );
    } else if (this.#running >= MOST_CALLS) {
      this.#fail(
        call,
        new ClawReachError('control.busy', 'too many calls at once', { details: { limit: MOST_CALLS } }),
      );
    } else {
      void this.#run(call, method, input.data);
    }
    return true;
  }

  async #run(call: number, method: ShellCall, input: unknown): Promise<void> {
    this.#running += 1;
    try {
      // The call's schema has checked the input; the type can't follow the table.
      const handler = this.#handlers[method] as AnyHandler | undefined;
      if (handler === undefined) throw new ClawReachError(refusalOf(method), 'only the application can do this');
      const value = SHELL_CALLS[method].output.parse(await handler(input));
      this.#reply({ type: 'result', call, value });
    } catch (error) {
      this.#fail(call, error);
    } finally {
      this.#running -= 1;
    }
  }

  #fail(call: number, error: unknown): void {
    // Other errors may contain anything in their message.
    const known =
      error instanceof ClawReachError
        ? error
        : new ClawReachError('internal', 'an unexpected error inside the application');
    this.#reply({
      type: 'error',
      call,
      code: known.code.slice(0, 64),
      message: known.message.slice(0, 4096),
      details: { ...known.details },
    });
  }

  #reply(reply: AgentReply): void {
    if (!this.#closed) this.#window.send(encodeWireMessage({ kind: 'control', json: reply }));
  }
}

function readClientMessage(bytes: Uint8Array): ReturnType<typeof clientMessage.safeParse>['data'] {
  try {
    const message = decodeWireMessage(bytes);
    return message.kind === 'control' ? safeParse(clientMessage, message.json).data : undefined;
  } catch {
    return undefined;
  }
}

/** Reports whether a copy out of a shared folder is to go elsewhere than into the inbox. */
function choosesPlace({ method, params }: Readonly<{ method: string; params?: unknown }>): boolean {
  return method === 'folders.get' && typeof params === 'object' && params !== null && 'into' in params;
}

function isShellCall(method: string): method is ShellCall {
  return Object.hasOwn(SHELL_CALLS, method);
}

function refusalOf(method: ShellCall): string {
  const refusals: Readonly<Partial<Record<ShellCall, string>>> = APPLICATION_CALLS;
  return refusals[method] ?? 'internal';
}
