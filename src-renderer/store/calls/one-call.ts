import type { AppApiClient, AppCall, CallInput, CallOptions, CallOutput } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';

export type CallStatus = Readonly<{
  busy: boolean;
  /** Of the last run; undefined while one runs, and after one was cancelled. */
  error: unknown;
}>;

const IDLE: CallStatus = { busy: false, error: undefined };

/** One call at a time, and what a form shows of it. */
export class OneCall<Call extends AppCall> {
  readonly #method: Call;
  readonly #listeners = new Set<() => void>();
  #running: AbortController | undefined;
  #status: CallStatus = IDLE;

  constructor(method: Call) {
    this.#method = method;
  }

  get status(): CallStatus {
    return this.#status;
  }

  /** Calls the listener at each change of `standing`; the result takes it off again. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves with the answer, or with undefined when it failed or was cancelled. A second run cancels the first. */
  async run(
    api: AppApiClient,
    input: CallInput<Call>,
    options: Omit<CallOptions<Call>, 'signal'> = {},
  ): Promise<CallOutput<Call> | undefined> {
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    this.#set({ busy: true, error: undefined });
    try {
      const output = await api.call(this.#method, input, { ...options, signal: controller.signal });
      this.#finish(controller, undefined);
      return output;
    } catch (error) {
      const isOurs = controller.signal.aborted && errorCode(error) === 'control.cancelled';
      this.#finish(controller, isOurs ? undefined : error);
      return undefined;
    }
  }

  cancel(): void {
    this.#running?.abort();
  }

  /** Forgets the error. */
  reset(): void {
    if (!this.#status.busy) this.#set(IDLE);
  }

  #finish(controller: AbortController, error: unknown): void {
    if (this.#running !== controller) return;
    this.#running = undefined;
    this.#set({ busy: false, error });
  }

  #set(status: CallStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener();
  }
}
