import type { ReactElement } from 'react';
import { showSettings } from '../../features/settings/index.ts';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { Banner, Button } from '../../ui/index.ts';

/**
 * Returns the version to announce; undefined when there is none, the person has dismissed it, or the settings page shows it already. `ready`:
 * downloaded, to be installed. Reads the store only.
 */
export function useUpdateNews(): Readonly<{ version: string; ready: boolean }> | undefined {
  const state = useApp(({ updates }) => updates?.state);
  const dismissed = useApp((app) => app.dismissedUpdate);
  const page = useApp((app) => app.place.page);
  if (state?.name !== 'available' && state?.name !== 'ready') return undefined;
  const { version } = state.release;
  // The settings show the update themselves, and a dismissed one isn't shown again.
  return page === 'settings' || dismissed === `${state.name} ${version}`
    ? undefined
    : { version, ready: state.name === 'ready' };
}

/** Announces an update. Buttons dismiss the banner for this version until the next start, or open the settings of updates. */
export function UpdateBanner({ version, ready }: Readonly<{ version: string; ready: boolean }>): ReactElement {
  const name = ready ? 'ready' : 'available';
  const dismiss = (): void => useApp.setState({ dismissedUpdate: `${name} ${version}` });
  return (
    <Banner
      tone="info"
      action={
        <>
          <Button size="small" variant="quiet" onClick={dismiss}>
            {text('ui.dismiss')}
          </Button>
          <Button size="small" onClick={() => showSettings('updates')}>
            {text('updates.banner.show')}
          </Button>
        </>
      }
    >
      {text(`updates.banner.${name}`, { version })}
    </Banner>
  );
}
