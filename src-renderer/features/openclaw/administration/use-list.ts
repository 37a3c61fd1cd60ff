import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { useApi, useApp, type AppState } from '../../../store/index.ts';

/** List loaded from a gateway. */
export type Loaded<Row> = Readonly<{
  /** Rows of the last answer; undefined before the first. */
  rows: readonly Row[] | undefined;
  /** Error of the last attempt; undefined without one. */
  error: unknown;
  /** Loads the list again. */
  reload(): void;
}>;

/** Call to the agent that returns the list of a gateway, by the gateway's ID. */
export type FetchList<Row> = (api: AppApiClient, gateway: string, signal: AbortSignal) => Promise<readonly Row[]>;

/**
 * Loads a list of a gateway through the agent, and again when the gateway's connection or requests change.
 * @param fetch the same function in each render
 */
export function useList<Row>(fetch: FetchList<Row>, gateway: string): Loaded<Row> {
  const api = useApi();
  const [rows, setRows] = useState<readonly Row[]>();
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  const reload = useCallback((): void => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    fetch(api, gateway, signal).then(
      (answer) => {
        if (signal.aborted) return;
        setRows(answer);
        setError(undefined);
      },
      (problem: unknown) => {
        if (!signal.aborted) setError(problem);
      },
    );
  }, [api, fetch, gateway]);
  useEffect(() => {
    reload();
    let before = changeKey(useApp.getState(), gateway);
    const stop = useApp.subscribe((state) => {
      const now = changeKey(state, gateway);
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

/** Returns a text that differs when the list may have changed. */
function changeKey({ gateways, requests }: AppState, gateway: string): string {
  const view = gateways.find(({ id }) => id === gateway);
  const waiting = requests.filter((request) => request.gateway === gateway).map(({ key }) => key);
  return [view?.operator.state, view?.node.state, view?.surface.state, ...waiting].join(' ');
}
