import { useEffect, useEffectEvent, useState } from 'react';
import type { CallInput } from '#shared/app-api/index.ts';
import { useApi } from '../../../store/index.ts';
import type { PortCause } from './draft-check.ts';

/** Time without a change after which a port is checked, ms. */
const PAUSE = 250;

type Port = CallInput<'forwards.checkPort'>;

/** Result for the port that was wanted last, and a function that asks again. */
export type PortCheck = Readonly<{
  /** Reason why the wanted port can't be used; undefined while none is known. */
  cause: PortCause | undefined;
  busy: boolean;
  /** Asks now. Resolves with the reason why the port can't be used; with undefined where it can, or the agent doesn't answer. */
  check(): Promise<PortCause | undefined>;
}>;

/**
 * Has the agent check a local port a moment after it was typed (`forwards.checkPort`).
 * @param wanted undefined checks none
 * @param onCause called when the port turns out to be unusable before the person has asked to save
 */
export function usePortCheck(wanted: Port | undefined, onCause: (cause: PortCause) => void): PortCheck {
  const api = useApi();
  const [found, setFound] = useState<Readonly<{ key: string; cause: PortCause | undefined }>>();
  const [busy, setBusy] = useState(false);
  const key = keyOf(wanted);
  const ask = async (port: Port, signal?: AbortSignal): Promise<PortCause | undefined> => {
    const { problem } = await api.call('forwards.checkPort', port, signal === undefined ? {} : { signal });
    const cause = problem ?? undefined;
    setFound({ key: keyOf(port), cause });
    return cause;
  };
  const askLater = useEffectEvent(async (signal: AbortSignal) => {
    const cause = wanted === undefined ? undefined : await ask(wanted, signal);
    if (cause !== undefined && !signal.aborted) onCause(cause);
  });
  useEffect(() => {
    if (key === '') return undefined;
    const stop = new AbortController();
    // Without an answer the port is checked again when the form is saved.
    const timer = setTimeout(() => void askLater(stop.signal).catch(() => undefined), PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [key]);
  return {
    cause: found?.key === key ? found.cause : undefined,
    busy,
    check: async () => {
      if (wanted === undefined) return undefined;
      setBusy(true);
      const cause = await ask(wanted).catch(() => undefined);
      setBusy(false);
      return cause;
    },
  };
}

function keyOf(port: Port | undefined): string {
  return port === undefined ? '' : `${port.protocol} ${port.host} ${port.port}`;
}
