import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Session } from '#shared/link/index.ts';
import { errorText } from '#shared/locales/index.ts';
import { openClawRequest, type HeartbeatMessage, type OpenClawRequest } from '#shared/openclaw/prompts/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import { requestFromPeer, type ReplyHandlers } from '../../openclaw/index.ts';
import type { PlainSender } from '../connection/plain-sender.ts';
import type { PlainRequest, RequestForm } from '../connection/relay-messages.ts';
import type { PlainRelayLimits } from '../limits.ts';

/** Most characters of an error's text. */
const MOST_MESSAGE = 1024;

export type PlainRequestsOptions = Readonly<{
  link: Session;
  clock: Clock;
  limits: PlainRelayLimits;
  /** True for a node, which sends heartbeats; false for a connector. */
  node: boolean;
  /** Returns the heartbeat of this device's OpenClaw; undefined if the plain relay's right `prompt` isn't `allow`, or without a gateway. */
  heartbeat(): Promise<HeartbeatMessage | undefined>;
  onChange(): void;
}>;

/**
 * Requests of a plain relay to this device's OpenClaw: prompts, status, restarts and workflows by name. Passes them to the agent's own prompt service,
 * which checks the right, asks the person, and limits them. Answers in the form in which a request came, flat or nested, and sends heartbeats for a
 * node. A running request goes on without the connection; its answer is then dropped. In memory only.
 */
export class PlainRequests {
  readonly #options: PlainRequestsOptions;
  readonly #running = new Map<string, AbortController>();
  readonly #startedAt: number;
  #sender: PlainSender | undefined;
  /** ID of this device at the relay, in place of that of a gateway here. */
  #id = '';
  /** Form of the last request. The published skill's form until there is one. */
  #form: RequestForm = 'nested';
  #beat: Timer | undefined;

  constructor(options: PlainRequestsOptions) {
    this.#options = options;
    this.#startedAt = options.clock.monotonic();
  }

  /** Number of running requests. */
  get size(): number {
    return this.#running.size;
  }

  /** Uses a new connection, and begins to send heartbeats on it. @param id `device_id` or `node_id` */
  connected(sender: PlainSender, id: string): void {
    this.#sender = sender;
    this.#id = id;
    if (this.#options.node) void this.#sendHeartbeats(sender);
  }

  disconnected(): void {
    this.#sender = undefined;
    this.#beat?.cancel();
  }

  /** Serves a request. Never rejects. */
  async take({ kind, form, requestId, data }: PlainRequest): Promise<void> {
    this.#form = form;
    const answer = (fields: Readonly<Record<string, unknown>>): void => this.#answer(form, requestId, fields);
    if (this.#running.has(requestId) || this.#running.size >= this.#options.limits.requests) {
      answer({ type: 'error', message: 'too many requests' });
      return;
    }
    const stop = new AbortController();
    this.#running.set(requestId, stop);
    this.#options.onChange();
    try {
      const request = openClawRequest.safeParse({ type: kind, request_id: requestId, data: requestData(kind, data) });
      if (request.success) {
        await this.#serve(request.data, answer, stop.signal);
        answer({ type: 'done' });
      } else answer({ type: 'error', message: 'the request is not valid' });
    } catch (error) {
      const code = errorCode(error);
      const { what } = errorText(code, code, detailsOf(error));
      answer({ type: 'error', code, message: cutText(what === '' ? code : what, MOST_MESSAGE) });
    } finally {
      this.#running.delete(requestId);
      this.#options.onChange();
    }
  }

  /** Cancels all running requests. @returns their number */
  end(): number {
    const running = [...this.#running.values()];
    for (const stop of running) stop.abort();
    return running.length;
  }

  async #serve(
    request: OpenClawRequest,
    answer: (fields: Readonly<Record<string, unknown>>) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const handlers: ReplyHandlers = {
      token: (content) => answer({ type: 'token', content }),
      // The protocol has no message that replaces tokens, so the answer begins again.
      replace: (content) => answer({ type: 'token', content: `\n${content}` }),
      onPending: (tasks) => {
        answer({ type: 'pending', tasks });
        return true;
      },
      onBeat: (beat) => answer({ type: 'status', ...beat, node_id: this.#id }),
    };
    await requestFromPeer(this.#options.link, request, handlers, signal);
  }

  /** Sends a message of an answer. The documented status is the heartbeat with `request_id`. */
  #answer(form: RequestForm, requestId: string, { type, ...fields }: Readonly<Record<string, unknown>>): void {
    const message = { type, request_id: requestId, ...fields };
    this.#sender?.send(form === 'flat' ? message : { type: 'response', data: message });
  }

  async #sendHeartbeats(sender: PlainSender): Promise<void> {
    const beat = await this.#heartbeat();
    if (this.#sender !== sender) return;
    sender.send(this.#form === 'flat' ? beat : { type: 'heartbeat', data: beat });
    this.#beat = this.#options.clock.setTimer(this.#options.limits.heartbeat, () => void this.#sendHeartbeats(sender));
  }

  /** Returns the heartbeat. Without the right to see OpenClaw's, only what the relay knows anyway: that this node is connected, and its requests. */
  async #heartbeat(): Promise<HeartbeatMessage> {
    const beat = await this.#options.heartbeat().catch(() => undefined);
    const uptime = Math.floor((this.#options.clock.monotonic() - this.#startedAt) / 1000);
    const own = { uptime, active_tasks: this.#running.size, last_error: null, connection_state: 'online' } as const;
    return { ...own, ...beat, node_id: this.#id };
  }
}

/** Converts the documented fields of a request to those of the prompt service. */
function requestData(kind: PlainRequest['kind'], data: PlainRequest['data']): unknown {
  switch (kind) {
    case 'prompt':
      return { prompt: data['prompt'] };
    case 'workflow':
      return {
        workflow: data['workflow_id'] ?? data['workflow'],
        ...(data['params'] === undefined ? {} : { params: data['params'] }),
      };
    case 'restart':
      return { confirm: true };
    case 'status':
      return undefined;
  }
}

function detailsOf(error: unknown): Readonly<Record<string, string | number>> {
  const details: unknown = typeof error === 'object' && error !== null && 'details' in error ? error.details : {};
  return details as Readonly<Record<string, string | number>>;
}
