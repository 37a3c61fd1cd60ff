import { useCallback, useEffect, useState } from 'react';
import type { CallInput, DiscoveryView } from '#shared/app-api/index.ts';
import { useApi, useCall } from '../../store/index.ts';
import { steadyOrder } from '../../ui/index.ts';

/** Puts the devices that were listed before first, in their order, so that no row moves under the pointer. Pure. */
export function inArrivalOrder(before: DiscoveryView | undefined, view: DiscoveryView): DiscoveryView {
  const idOf = ({ id }: DiscoveryView['devices'][number]): string => id;
  return { ...view, devices: [...steadyOrder(view.devices, idOf, before?.devices.map(idOf) ?? [])] };
}

export type DiscoveryControl = Readonly<{
  /** State of discovery and the devices found; undefined before the agent has answered. */
  view: DiscoveryView | undefined;
  /** True while a search runs. */
  searching: boolean;
  /** Error of the last search or change; undefined without one. */
  error: unknown;
  /** Searches the local network for some seconds. */
  search(): void;
  /** Ends the search. Devices that were found stay listed. */
  cancel(): void;
  /** Changes the settings of discovery. */
  set(change: CallInput<'discovery.set'>): void;
  /** Clears the error. */
  dismiss(): void;
}>;

/**
 * Provides discovery to a component: reads its state (`discovery.get`) while the component is mounted, follows the event `discovery.changed`,
 * searches (`discovery.search`) and changes the settings (`discovery.set`). Used by the devices nearby and by the switches in the settings.
 * @param options.measure searches also measure round trips
 */
export function useDiscovery({ measure = false }: Readonly<{ measure?: boolean }> = {}): DiscoveryControl {
  const api = useApi();
  const { run: read } = useCall('discovery.get');
  const search = useCall('discovery.search');
  const set = useCall('discovery.set');
  const [view, setView] = useState<DiscoveryView>();
  const take = useCallback((answer: DiscoveryView | undefined): void => {
    if (answer !== undefined) setView((before) => inArrivalOrder(before, answer));
  }, []);
  useEffect(() => {
    void read({}).then(take);
    return api.on('discovery.changed', take);
  }, [api, read, take]);
  return {
    view,
    searching: search.busy,
    error: search.error ?? set.error,
    search: () => void search.run(measure ? { measure } : {}).then(take),
    cancel: search.cancel,
    set: (change) => void set.run(change).then(take),
    dismiss: () => {
      search.reset();
      set.reset();
    },
  };
}
