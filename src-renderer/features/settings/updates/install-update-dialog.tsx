import type { ReactElement } from 'react';
import type { UpdateRelease } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice } from '../../../ui/index.ts';
import styles from '../settings.module.css';
import own from './updates.module.css';

export type InstallUpdateProps = Readonly<{ release: UpdateRelease; onClose(): void }>;

/**
 * Asks the person to confirm that the application restarts to install an update, says what ends with the restart, and calls `shell.updates.install`.
 */
export function InstallUpdateDialog({ release, onClose }: InstallUpdateProps): ReactElement {
  const terminals = useApp((state) => (state.facts?.ownsAgent === true ? (state.status?.terminals.serving ?? 0) : 0));
  const { run, busy, error, reset } = useCall('shell.updates.install');
  return (
    <Dialog
      open
      onClose={onClose}
      title={text('updates.confirm', { version: release.version })}
      actions={
        <>
          <Button onClick={onClose}>{text('updates.confirm.later')}</Button>
          <Button variant="primary" busy={busy} onClick={() => void run({})}>
            {text('updates.install')}
          </Button>
        </>
      }
    >
      <div className={own['meaning']}>
        {error !== undefined && <ErrorNotice error={error} onDismiss={reset} />}
        <p className={styles['plain']}>{text('updates.confirm.text')}</p>
        {terminals > 0 && <p className={styles['plain']}>{text('updates.confirm.terminals', { count: terminals })}</p>}
      </div>
    </Dialog>
  );
}
