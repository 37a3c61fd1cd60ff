import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Banner, Button, useLasting } from '../../ui/index.ts';
import { useDashboard, useEventsState } from '../api/index.ts';
import styles from './connection-notice.module.css';

/** Time without a connection before the page says so, ms: a short loss is repaired before anyone notices. */
const SAID_AFTER = 3000;

/** Says that changes don't arrive, and that the page tries again by itself. */
export function ConnectionNotice(): ReactElement | null {
  const { events } = useDashboard();
  const isLost = useLasting(useEventsState() === 'lost', SAID_AFTER);
  if (!isLost) return null;
  return (
    <div className={styles['notice']}>
      <Banner
        tone="warning"
        action={
          <Button size="small" onClick={() => events.retry()}>
            {text('site.retry')}
          </Button>
        }
      >
        {text('site.offline')}
      </Banner>
    </div>
  );
}
