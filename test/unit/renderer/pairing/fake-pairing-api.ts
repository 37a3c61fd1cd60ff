import type { AppCall, CallInput, CallOptions, CallOutput } from '#shared/app-api/index.ts';
import { AppApiError } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

type Waiting = Readonly<{
  resolve(value: unknown): void;
  reject(error: unknown): void;
  progress(value: unknown): void;
}>;

/** Answers calls as told, and lets those wait that it was told nothing about; a cancelled call rejects at once, as the client's do. */
export class FakePairingApi {
  readonly calls: { method: AppCall; input: unknown }[] = [];
  readonly #answers = new Map<AppCall, () => Promise<unknown>>();
  readonly #waiting = new Map<AppCall, Waiting[]>();

  call = <Call extends AppCall>(
    method: Call,
    input: CallInput<Call>,
    options: CallOptions<Call> = {},
  ): Promise<CallOutput<Call>> => {
    this.calls.push({ method, input });
    const answer = this.#answers.get(method);
    return new Promise((resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(new AppApiError('control.cancelled', 'cancelled')));
      if (answer === undefined) {
        const waiting = this.#waiting.get(method) ?? [];
        this.#waiting.set(method, waiting);
        waiting.push({
          resolve: (value) => resolve(value as CallOutput<Call>),
          reject,
          progress: (value) => options.onProgress?.(value as never),
        });
      } else {
        void answer().then((value) => resolve(value as CallOutput<Call>), reject);
      }
    });
  };

  answer(method: AppCall, value: unknown): void {
    this.#answers.set(method, () => Promise.resolve(value));
  }

  refuse(method: AppCall, code: string, details: Readonly<Record<string, string>> = {}): void {
    this.#answers.set(method, () => Promise.reject(new ClawReachError(code, code, { details })));
  }

  /** The oldest call of this name that still waits. */
  next(method: AppCall): Waiting {
    const waiting = this.#waiting.get(method)?.shift();
    if (waiting === undefined) throw new Error(`nobody has called ${method}`);
    return waiting;
  }

  inputsOf(method: AppCall): readonly unknown[] {
    return this.calls.filter((call) => call.method === method).map(({ input }) => input);
  }
}
