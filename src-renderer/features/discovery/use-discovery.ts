import { useCallback, useEffect, useState } from 'react';
import type { CallInput, DiscoveryView } from '#shared/app-api/index.ts';
import { useApi, useCall } from '../../store/index.ts';

export type DiscoveryControl = Readonly<{
  /** Undefined before the agent has answered. */
  view: DiscoveryView | undefined;
  searching: boolean;
  error: unknown;
  search(): void;
  /** Ends a search; found devices stay. */
  cancel(): void;
  set(change: CallInput<'discovery.set'>): void;
  dismiss(): void;
}>;

/** Reads discovery from the agent while the component is mounted. */
export function useDiscovery(): DiscoveryControl {
  const api = useApi();
  const { run: read } = useCall('discovery.get');
  const search = useCall('discovery.search');
  const set = useCall('discovery.set');
  const [view, setView] = useState<DiscoveryView>();
  const take = useCallback((answer: DiscoveryView | undefined): void => {
    if (answer !== undefined) setView(answer);
  }, []);
  useEffect(() => {
    void read({}).then(take);
    return api.on('discovery.changed', setView);
  }, [api, read, take]);
  return {
    view,
    searching: search.busy,
    error: search.error ?? set.error,
    search: () => void search.run({}).then(take),
    cancel: search.cancel,
    set: (change) => void set.run(change).then(take),
    dismiss: () => {
      search.reset();
      set.reset();
    },
  };
}
