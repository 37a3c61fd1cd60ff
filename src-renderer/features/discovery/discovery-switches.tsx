import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { ErrorNotice, Switch } from '../../ui/index.ts';
import { useDiscovery } from './use-discovery.ts';

/**
 * Two switches in the network section of the settings: whether this device searches the local network for others, and whether it shows its name there
 * (`discovery.set`). Renders nothing before the agent has answered.
 */
export function DiscoverySwitches(): ReactElement | null {
  const { view, error, set, dismiss } = useDiscovery();
  if (view === undefined || view.problem === 'discovery.unavailable') return null;
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} onDismiss={dismiss} />}
      <Switch
        row
        label={text('discovery.settings.enabled')}
        description={text('discovery.settings.enabled.text')}
        checked={view.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      <Switch
        row
        label={text('discovery.settings.name')}
        description={text('discovery.settings.name.text')}
        checked={view.showName}
        disabled={!view.enabled}
        onChange={(showName) => set({ showName })}
      />
    </>
  );
}
