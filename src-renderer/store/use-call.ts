import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppCall, CallInput, CallOptions, CallOutput } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { useApi } from './api-context.ts';

export type CallState<Call extends AppCall> = Readonly<{
  busy: boolean;
  /** Of the last run; undefined while one runs, and after one was cancelled. */
  error: unknown;
  /**
   * Resolves with the answer, or with undefined when it failed or was cancelled (then `error` tells). A second run cancels the first.
   */
  run(input: CallInput<Call>, options?: Omit<CallOptions<Call>, 'signal'>): Promise<CallOutput<Call> | undefined>;
  cancel(): void;
  /** Forgets the error. */
  reset(): void;
}>;

/** One call at a time, with what a form shows of it; cancelled when its component goes. */
export function useCall<Call extends AppCall>(method: Call): CallState<Call> {
  const api = useApi();
  const [state, setState] = useState<Readonly<{ busy: boolean; error: unknown }>>({ busy: false, error: undefined });
  const running = useRef<AbortController | undefined>(undefined);

  const cancel = useCallback((): void => {
    running.current?.abort();
  }, []);
  useEffect(() => cancel, [cancel]);

  const run = useCallback<CallState<Call>['run']>(
    async (input, options = {}) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      const finish = (error: unknown): void => {
        if (running.current !== controller) return;
        running.current = undefined;
        setState({ busy: false, error });
      };
      setState({ busy: true, error: undefined });
      try {
        const output = await api.call(method, input, { ...options, signal: controller.signal });
        finish(undefined);
        return output;
      } catch (error) {
        finish(controller.signal.aborted && errorCode(error) === 'control.cancelled' ? undefined : error);
        return undefined;
      }
    },
    [api, method],
  );
  const reset = useCallback((): void => {
    setState((before) => (before.busy ? before : { busy: false, error: undefined }));
  }, []);

  return { ...state, run, cancel, reset };
}
