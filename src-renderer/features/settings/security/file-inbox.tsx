import { useEffect, useState, type ReactElement } from 'react';
import type { CallOutput } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Mono, SettingRow, UntrustedText } from '../../../ui/index.ts';
import styles from './file-inbox.module.css';

/**
 * Row with the folder for received files, which has one folder for each machine. The application changes it with the system's dialog; elsewhere it is
 * only shown. Nothing on a machine that takes no files.
 */
export function FileInbox(): ReactElement | null {
  const isDesktop = useApp(({ facts }) => facts?.kind === 'desktop');
  const read = useCall('transfers.inbox');
  const change = useCall('shell.transfers.setInbox');
  const [inbox, setInbox] = useState<CallOutput<'transfers.inbox'>>();
  const { run } = read;
  useEffect(() => {
    void run({}).then((answer) => {
      if (answer !== undefined) setInbox(answer);
    });
  }, [run]);
  if (inbox === undefined) return null;
  const set = (to: 'choose' | 'default'): void =>
    void change.run({ to }).then((answer) => {
      if (answer !== undefined) setInbox(answer);
    });
  return (
    <SettingRow
      wide
      name={text('settings.device.inbox')}
      meaning={text('settings.device.inbox.text')}
      below={change.error !== undefined && <ErrorNotice error={change.error} onDismiss={change.reset} />}
    >
      <span className={styles['folder']}>
        <Mono>
          <UntrustedText>{inbox.folder}</UntrustedText>
        </Mono>
      </span>
      {isDesktop && (
        <Button size="small" busy={change.busy} onClick={() => set('choose')}>
          {text('settings.device.inbox.choose')}
        </Button>
      )}
      {isDesktop && !inbox.isDefault && (
        <Button size="small" variant="quiet" onClick={() => set('default')}>
          {text('settings.device.inbox.default')}
        </Button>
      )}
    </SettingRow>
  );
}
