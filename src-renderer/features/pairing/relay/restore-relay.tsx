import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice } from '../../../ui/index.ts';
import styles from '../pairing.module.css';

/** The way out where this machine is set to a relay of its own that does not run here now: back to the one used before. Nothing without one. */
export function RestoreRelay(): ReactElement | null {
  const url = useApp(({ status }) => status?.relayBefore);
  const restore = useCall('relay.goBack');
  if (url === undefined) return null;
  const run = async (): Promise<void> => {
    if ((await restore.run({})) !== undefined) notifyRestored(url);
  };
  return (
    <div className={styles['stack']}>
      {restore.error !== undefined && <ErrorNotice error={restore.error} onDismiss={restore.reset} />}
      <p className={styles['lead']}>{text('relay.host.before', { url })}</p>
      <div className={styles['end']}>
        <Button busy={restore.busy} onClick={() => void run()}>
          {text('relay.host.go-back')}
        </Button>
      </div>
    </div>
  );
}

/** This machine is at the relay that it used before it had one of its own. */
export function notifyRestored(url: string): void {
  notify({ tone: 'good', text: text('relay.host.went-back', { url }) });
}
