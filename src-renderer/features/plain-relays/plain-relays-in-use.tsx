import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { isInUse, navigate, useApp, useCall } from '../../store/index.ts';
import { Banner, Button } from '../../ui/index.ts';
import { activityText, quotePlainRelay } from './relay-text.ts';
import styles from './plain-relays.module.css';

/** Says what plain relays have open on this machine, and that they can read it. Buttons end everything (`plainRelays.end`) or show the relays. */
export function PlainRelaysInUse(): ReactElement | null {
  const relays = useApp((state) => state.plainRelays).filter((relay) => isInUse(relay));
  const end = useCall('plainRelays.end');
  if (relays.length === 0) return null;
  const name = relays.map((relay) => quotePlainRelay(relay)).join(', ');
  return (
    <Banner
      tone="warning"
      action={
        <span className={styles['actions']}>
          <Button size="small" onClick={() => navigate({ page: 'machines' })}>
            {text('plain-relays.show')}
          </Button>
          <Button size="small" busy={end.busy} onClick={() => void end.run({})}>
            {text('plain-relays.end')}
          </Button>
        </span>
      }
    >
      {text('plain-relays.in-use', { name, activity: activityText(relays) })}
    </Banner>
  );
}
