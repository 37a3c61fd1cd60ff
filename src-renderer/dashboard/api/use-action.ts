import { useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { PlatformClient } from '#shared/platform/index.ts';
import { useDashboard } from './context.ts';
import { isSignedOut } from './resources.ts';
import { StepUpContext, withStepUp } from './step-up.ts';

/** State of an action, and functions that run and reset it. */
export type Action<Input extends readonly unknown[], Output> = Readonly<{
  busy: boolean;
  error: unknown;
  /** Runs the action; not while it runs already. Resolves with undefined when it failed or was cancelled; `error` then has the reason. */
  run(...input: Input): Promise<Output | undefined>;
  /** Clears the error. */
  reset(): void;
}>;

/**
 * Provides an action that calls the API. Where the relay wants the person's password or passkey first, the question is asked in place, and the action goes on
 * after the answer. The answers that the page shows are read again by the socket of changes; `refresh` reads them also without it.
 */
export function useAction<Input extends readonly unknown[], Output>(
  act: (client: PlatformClient, ...input: Input) => Promise<Output>,
): Action<Input, Output> {
  const { client, session, resources } = useDashboard();
  const stepUp = useContext(StepUpContext);
  const [status, setStatus] = useState<Readonly<{ busy: boolean; error: unknown }>>({ busy: false, error: undefined });
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  const isRunning = useRef(false);
  const run = useCallback(
    async (...input: Input): Promise<Output | undefined> => {
      if (isRunning.current) return undefined;
      isRunning.current = true;
      setStatus({ busy: true, error: undefined });
      let failure: unknown;
      try {
        const output = await withStepUp(() => latest.current(client, ...input), stepUp);
        if (output.isDone) {
          resources.refresh();
          return output.value;
        }
      } catch (error) {
        failure = error;
        if (isSignedOut(error)) session.signedOut({ ended: true });
      } finally {
        isRunning.current = false;
        setStatus({ busy: false, error: failure });
      }
      return undefined;
    },
    [client, resources, session, stepUp],
  );
  const reset = useCallback(() => setStatus((now) => (now.busy ? now : { busy: false, error: undefined })), []);
  return useMemo(() => ({ ...status, run, reset }), [status, run, reset]);
}
