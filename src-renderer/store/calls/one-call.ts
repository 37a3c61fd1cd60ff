import type { AppApiClient, AppCall, CallInput, CallOptions, CallOutput } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';

/** State of a call, as a form shows it. */
export type CallStatus = Readonly<{
  /** True while the call runs. */
  busy: boolean;
  /** Error of the last run; undefined during a run, and after a successful or cancelled one. */
  error: unknown;
}>;

const IDLE: CallStatus = { busy: false, error: undefined };

/** Runs one call to the agent or the shell (of the app API) at a time and reports its state to listeners. `useCall` creates one for a component. */
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

  /** Adds a listener that is called after `status` changed. @returns a function that removes the listener */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Runs the call; a second run cancels the first. Resolves with the answer, or with undefined when the run failed or was cancelled.
   * @param api connection to the agent
   */
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

  /** Cancels the run in progress, if any. */
  cancel(): void {
    this.#running?.abort();
  }

  /** Clears the error. */
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
