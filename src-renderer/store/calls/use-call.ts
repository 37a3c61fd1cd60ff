import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { AppCall, CallInput, CallOptions, CallOutput } from '#shared/app-api/index.ts';
import { useApi } from '../connection/api-context.ts';
import { OneCall, type CallStatus } from './one-call.ts';

export type CallState<Call extends AppCall> = CallStatus &
  Readonly<{
    /**
     * Resolves with the answer, or with undefined when it failed or was cancelled (then `error` tells). A second run cancels the first.
     */
    run(input: CallInput<Call>, options?: Omit<CallOptions<Call>, 'signal'>): Promise<CallOutput<Call> | undefined>;
    cancel(): void;
    /** Forgets the error. */
    reset(): void;
  }>;

/**
 * One call at a time, with what a form shows of it; cancelled when its component goes.
 * @param options.outlives Not cancelled then: for what takes away the very thing that the component shows, of which an event may tell before the answer.
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
  // Effects depend on these: they change with the connection only.
  const run = useCallback<CallState<Call>['run']>((input, options) => call.run(api, input, options), [call, api]);
  const cancel = useCallback(() => call.cancel(), [call]);
  const reset = useCallback(() => call.reset(), [call]);
  return { ...status, run, cancel, reset };
}
