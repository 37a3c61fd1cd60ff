import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { useApi, useApp, type AppState } from '../../../store/index.ts';

export type Loaded<Row> = Readonly<{
  /** Undefined before the first answer. */
  rows: readonly Row[] | undefined;
  error: unknown;
  reload(): void;
}>;

export type AskForList<Row> = (api: AppApiClient, gateway: string, signal: AbortSignal) => Promise<readonly Row[]>;

/**
 * Loads a list of a gateway, again whenever the gateway's state or requests change. @param ask has to be the same
 * function in each render
 */
export function useList<Row>(ask: AskForList<Row>, gateway: string): Loaded<Row> {
  const api = useApi();
  const [rows, setRows] = useState<readonly Row[]>();
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  const reload = useCallback((): void => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    ask(api, gateway, signal).then(
      (answer) => {
        if (signal.aborted) return;
        setRows(answer);
        setError(undefined);
      },
      (problem: unknown) => {
        if (!signal.aborted) setError(problem);
      },
    );
  }, [api, ask, gateway]);
  useEffect(() => {
    reload();
    let before = signOf(useApp.getState(), gateway);
    const stop = useApp.subscribe((state) => {
      const now = signOf(state, gateway);
      if (now === before) return;
      before = now;
      reload();
    });
    return () => {
      stop();
      running.current?.abort();
    };
  }, [reload, gateway]);
  return { rows, error, reload };
}

/** Returns a text that changes whenever the lists may have changed. */
function signOf({ gateways, requests }: AppState, gateway: string): string {
  const view = gateways.find(({ id }) => id === gateway);
  const waiting = requests.filter((request) => request.gateway === gateway).map(({ key }) => key);
  return [view?.operator.state, view?.node.state, view?.surface.state, ...waiting].join(' ');
}
