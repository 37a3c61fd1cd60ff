import type { AppApiClient } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { answerText, appendAnswer, NO_ANSWER, wholeAnswer, type AnswerText } from './answer.ts';
import { recipientLocation, type PromptRecipient } from './recipient.ts';

/** Request that a person sends to an OpenClaw: a prompt, or the start of a workflow. */
export type SentRequest =
  /** `session`: key of the session; omitted for the main one. */
  | Readonly<{ kind: 'prompt'; prompt: string; session?: string }>
  | Readonly<{ kind: 'workflow'; workflow: string; params: Readonly<Record<string, unknown>> }>;

/** Request and its answer. */
export type Exchange = Readonly<{
  /** Number of the exchange in its conversation. */
  id: number;
  request: SentRequest;
  /** State of the answer. `approval`: a person at the peer has to approve the request. */
  state: 'waiting' | 'approval' | 'answering' | 'done' | 'cancelled' | 'failed';
  answer: AnswerText;
  /** Error of a failed request. */
  error: unknown;
  /** Time of sending, ms since 1970. */
  sentAt: number;
  /** Time at which the request ended, ms since 1970; null while it runs. */
  endedAt: number | null;
}>;

/** Most exchanges of a conversation; the oldest ones are dropped. */
export const MOST_EXCHANGES = 30;

/** Runs work before the page is drawn next, because tokens arrive faster than that. */
export type Schedule = (work: () => void) => void;

const byFrame: Schedule = (work) => void requestAnimationFrame(work);

/**
 * Requests to one OpenClaw and its answers, in memory until the window closes. Sends one request at a time through the agent; a request continues
 * while another page is shown. Components subscribe to changes.
 */
export class PromptConversation {
  readonly #schedule: Schedule;
  readonly #listeners = new Set<() => void>();
  #exchanges: readonly Exchange[] = [];
  #running: AbortController | undefined;
  #nextId = 1;
  #draft = '';
  #session = '';

  constructor(schedule: Schedule = byFrame) {
    this.#schedule = schedule;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Exchanges, newest first. */
  readonly exchanges = (): readonly Exchange[] => this.#exchanges;

  /** Text typed into the field and not sent yet. */
  readonly draft = (): string => this.#draft;

  setDraft(draft: string): void {
    this.#draft = draft;
    this.#notify();
  }

  /** Key of the session to which prompts go, as typed; empty for the main one. */
  readonly session = (): string => this.#session;

  setSession(session: string): void {
    this.#session = session;
    this.#notify();
  }

  /** A request is running. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Sends a request and collects its answer until it ends. Does nothing while another request runs. */
  async send(api: AppApiClient, target: PromptRecipient, request: SentRequest): Promise<void> {
    if (this.#running !== undefined) return;
    const controller = new AbortController();
    this.#running = controller;
    const id = this.#nextId;
    this.#nextId += 1;
    const first: Exchange = {
      id,
      request,
      state: 'waiting',
      answer: NO_ANSWER,
      error: undefined,
      sentAt: Date.now(),
      endedAt: null,
    };
    this.#exchanges = [first, ...this.#exchanges].slice(0, MOST_EXCHANGES);
    this.#notify();
    const incoming = new Incoming(this.#schedule, (change) => this.#update(id, (before) => change(before.answer)));
    const onProgress = (step: Step): void => {
      if (step.kind === 'approval') this.#update(id, () => ({ state: 'approval' }));
      else incoming.add(step);
    };
    try {
      const { text } = await call(api, target, request, { signal: controller.signal, onProgress });
      incoming.flush();
      this.#update(id, ({ answer }) => ({
        state: 'done',
        endedAt: Date.now(),
        // The complete answer replaces the collected pieces if they differ.
        answer: text === '' || text === wholeAnswer(answer) ? answer : answerText(text),
      }));
    } catch (error) {
      incoming.flush();
      const isOurs = controller.signal.aborted && errorCode(error) === 'control.cancelled';
      this.#update(id, () => ({
        endedAt: Date.now(),
        ...(isOurs ? { state: 'cancelled' } : { state: 'failed', error }),
      }));
    } finally {
      this.#running = undefined;
      this.#notify();
    }
  }

  /** Cancels the running request, also at the OpenClaw. */
  cancel(): void {
    this.#running?.abort();
  }

  /** Removes an exchange from the conversation. */
  remove(id: number): void {
    this.#exchanges = this.#exchanges.filter((exchange) => exchange.id !== id);
    this.#notify();
  }

  #update(id: number, change: (before: Exchange) => Partial<Exchange>): void {
    this.#exchanges = this.#exchanges.map((before) => (before.id === id ? { ...before, ...change(before) } : before));
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

type Step = Readonly<{ kind: 'approval' } | { kind: 'token'; text: string } | { kind: 'replace'; text: string }>;
type Change = (answer: AnswerText) => Partial<Exchange>;

/** Collects pieces of an answer until the page is drawn next. */
class Incoming {
  readonly #schedule: Schedule;
  readonly #apply: (change: Change) => void;
  #pieces: string[] = [];
  #isReplaced = false;
  #isScheduled = false;

  constructor(schedule: Schedule, apply: (change: Change) => void) {
    this.#schedule = schedule;
    this.#apply = apply;
  }

  add(step: Exclude<Step, { kind: 'approval' }>): void {
    if (step.kind === 'replace') {
      this.#pieces = [];
      this.#isReplaced = true;
    }
    this.#pieces.push(step.text);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  flush(): void {
    if (this.#pieces.length === 0) return;
    const text = this.#pieces.join('');
    const isReplaced = this.#isReplaced;
    this.#pieces = [];
    this.#isReplaced = false;
    this.#apply((answer) => ({
      state: 'answering',
      answer: appendAnswer(isReplaced ? NO_ANSWER : answer, text),
    }));
  }
}

type CallOptions = Readonly<{ signal: AbortSignal; onProgress(step: Step): void }>;

function call(
  api: AppApiClient,
  target: PromptRecipient,
  request: SentRequest,
  options: CallOptions,
): Promise<Readonly<{ text: string }>> {
  const location = recipientLocation(target);
  if (request.kind === 'workflow') {
    const { workflow, params } = request;
    return api.call('remote.workflow', { ...location, workflow, params }, options);
  }
  const { prompt, session } = request;
  return api.call('remote.prompt', { ...location, prompt, ...(session === undefined ? {} : { session }) }, options);
}
