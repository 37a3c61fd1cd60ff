import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice } from '../../../ui/index.ts';
import styles from '../pairing.module.css';

/** The way out where this machine is set to a relay of its own that does not run here now: back to the one used before. Nothing without one. */
export function RestoreRelay(): ReactElement | null {
  const url = useApp(({ status }) => status?.relayBefore);
  const goBack = useCall('relay.goBack');
  if (url === undefined) return null;
  const run = async (): Promise<void> => {
    if ((await goBack.run({})) !== undefined) saysBack(url);
  };
  return (
    <div className={styles['stack']}>
      {goBack.error !== undefined && <ErrorNotice error={goBack.error} onDismiss={goBack.reset} />}
      <p className={styles['lead']}>{text('relay.host.before', { url })}</p>
      <div className={styles['end']}>
        <Button busy={goBack.busy} onClick={() => void run()}>
          {text('relay.host.go-back')}
        </Button>
      </div>
    </div>
  );
}

/** This machine is at the relay that it used before it had one of its own. */
export function saysBack(url: string): void {
  notify({ tone: 'good', text: text('relay.host.went-back', { url }) });
}
