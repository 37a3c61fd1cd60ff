import type { ReactElement } from 'react';
import { showSettings } from '../../features/settings/index.ts';
import { text } from '../../locale/index.ts';
import { updateNews, useApp } from '../../store/index.ts';
import { Banner, Button } from '../../ui/index.ts';

/** Announces an update. Buttons dismiss the banner for this version until the next start, or open the settings of updates. */
export function UpdateBanner(): ReactElement | null {
  const updates = useApp((state) => state.updates);
  const dismissedUpdate = useApp((state) => state.dismissedUpdate);
  const place = useApp((state) => state.place);
  const news = updateNews({ updates, dismissedUpdate, place });
  if (news === undefined) return null;
  const { version, ready } = news;
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
