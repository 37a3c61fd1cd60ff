import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice } from '../../../ui/index.ts';
import styles from '../pairing.module.css';

/**
 * Button that makes this machine use its previous relay again (`relay.goBack`), with a toast or an error as the result. Renders nothing if there is
 * no previous relay. Used in `HostRelay`, while its relay doesn't run, and in the settings of the relay.
 */
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
      <div className={styles['choices']}>
        <Button busy={restore.busy} onClick={() => void run()}>
          {text('relay.host.go-back')}
        </Button>
      </div>
    </div>
  );
}

/** Shows a toast: this machine uses its previous relay again. @param url of the previous relay */
export function notifyRestored(url: string): void {
  notify({ tone: 'good', text: text('relay.host.went-back', { url }) });
}
