import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { AppCall, CallInput, CallOptions, CallOutput } from '#shared/app-api/index.ts';
import { useApi } from '../connection/api-context.ts';
import { OneCall, type CallStatus } from './one-call.ts';

export type CallState<Call extends AppCall> = CallStatus &
  Readonly<{
    /** Runs the call; a second run cancels the first. Resolves with undefined when it failed or was cancelled; `error` has the reason. */
    run(input: CallInput<Call>, options?: Omit<CallOptions<Call>, 'signal'>): Promise<CallOutput<Call> | undefined>;
    cancel(): void;
    /** Clears the error. */
    reset(): void;
  }>;

/**
 * Provides one call at a time to a form; cancelled when the component unmounts.
 * @param options.outlives keeps the call running then: for calls that remove the component's subject, of which an event may tell before the answer
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
