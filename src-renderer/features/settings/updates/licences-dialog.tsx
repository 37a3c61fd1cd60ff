import { useEffect, useState, type ReactElement } from 'react';
import type { CallOutput } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice, Spinner } from '../../../ui/index.ts';
import styles from './licences.module.css';

/** Dialog that lists the licences of the third-party software in the program (`shell.licences`). */
export function LicencesDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const { run, error, reset } = useCall('shell.licences');
  const [licences, setLicences] = useState<CallOutput<'shell.licences'>>();
  useEffect(() => {
    void run({}).then(setLicences);
  }, [run]);
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={text('settings.licences.title')}
      description={text('settings.licences.text')}
      actions={<Button onClick={onClose}>{text('ui.close')}</Button>}
    >
      {licences === undefined && error === undefined && <Spinner label={text('ui.loading')} />}
      {error !== undefined && <ErrorNotice error={error} onDismiss={reset} />}
      <ul className={styles['list']} aria-label={text('settings.licences.title')}>
        {licences?.packages.map(({ name, version, licence, text: terms }) => (
          <li key={`${name} ${version}`}>
            <details>
              <summary>
                {name} <span className={styles['quiet']}>{`${version} · ${licence}`}</span>
              </summary>
              <pre className={styles['terms']}>
                {(terms === null ? undefined : licences.texts[terms]) ?? text('settings.licences.none')}
              </pre>
            </details>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
