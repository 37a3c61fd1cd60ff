import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Banner, Button } from '../../ui/index.ts';
import { useUpdate } from './offline-files.ts';
import styles from './installed.module.css';

/** Offers the newer version of the page that is on this device. Until the click, everything that is shown and loaded is of the older one. */
export function UpdateNotice(): ReactElement | null {
  if (!useUpdate()) return null;
  return (
    <div className={styles['notice']}>
      <Banner
        tone="info"
        action={
          <Button size="small" onClick={() => window.location.reload()}>
            {text('site.reload')}
          </Button>
        }
      >
        {text('installed.update')}
      </Banner>
    </div>
  );
}
