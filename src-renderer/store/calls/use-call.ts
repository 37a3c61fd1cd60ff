import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { AppCall, CallInput, CallOptions, CallOutput } from '#shared/app-api/index.ts';
import { useApi } from '../connection/api-context.ts';
import { OneCall, type CallStatus } from './one-call.ts';

/** State of a call, and functions that run and cancel it. */
export type CallState<Call extends AppCall> = CallStatus &
  Readonly<{
    /**
     * Runs the call; a second run cancels the first. Resolves with the answer, or with undefined when the run failed or was cancelled; `error` then
     * has the reason.
     */
    run(input: CallInput<Call>, options?: Omit<CallOptions<Call>, 'signal'>): Promise<CallOutput<Call> | undefined>;
    /** Cancels the run in progress, if any. */
    cancel(): void;
    /** Clears the error. */
    reset(): void;
  }>;

/**
 * Provides one call to the agent or the shell (of the app API) to a component, which renders again when the call's state changes. A run in progress
 * is cancelled when the component unmounts.
 * @param method name of the call, such as `peers.rename`
 * @param options.outlives lets a run continue after the component unmounts. For calls that remove the subject of the component: the event about the
 * removal may arrive before the answer
 */
export function useCall<Call extends AppCall>(
  method: Call,
  { outlives = false }: Readonly<{ outlives?: boolean }> = {},
): CallState<Call> {
  const api = useApi();
  const call = useMemo(() => new OneCall(method), [method]);
  const subscribe = useCallback((listener: () => void) => call.subscribe(listener), [call]);
  const status = useSyncExternalStore(subscribe, () => call.status);
  useEffect(() => {
    if (outlives) return undefined;
    return () => call.cancel();
  }, [call, outlives]);
  // Stable between renders, for use in effects; they change with the connection only.
  const run = useCallback<CallState<Call>['run']>((input, options) => call.run(api, input, options), [call, api]);
  const cancel = useCallback(() => call.cancel(), [call]);
  const reset = useCallback(() => call.reset(), [call]);
  return { ...status, run, cancel, reset };
}
