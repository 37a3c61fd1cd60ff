import type { ReactElement } from 'react';
import type { SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice, Mono, Prose } from '../../../ui/index.ts';
import styles from './secret-location.module.css';

export type MoveSecretProps = Readonly<{
  place: SecretLocation;
  /** Path of the plain file. */
  file: string;
  onClose(): void;
}>;

/** What it means that the key is kept elsewhere, before it is. */
export function MoveSecretDialog({ place, file, onClose }: MoveSecretProps): ReactElement {
  const { run, busy, error, reset } = useCall('shell.secret.keep');
  const move = async (): Promise<void> => {
    const facts = await run({ place });
    if (facts === undefined) return;
    useApp.setState(({ status }) => ({
      facts,
      // The agent tells the same a moment later.
      ...(status === undefined ? {} : { status: { ...status, secretStore: storeName(facts, status.secretStore) } }),
    }));
    notify({ tone: 'good', text: text(`settings.security.move.${place}.done`) });
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={text(`settings.security.move.${place}`)}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button variant="primary" busy={busy} onClick={() => void move()}>
            {text(`settings.security.move.${place}.do`)}
          </Button>
        </>
      }
    >
      <div className={styles['meaning']}>
        {error !== undefined && <ErrorNotice error={error} onDismiss={reset} />}
        <p>{text(`settings.security.move.${place}.text`)}</p>
        {place === 'file' && (
          <p className={styles['file']}>
            <Mono>{file}</Mono>
          </p>
        )}
        <p>
          <Prose>{text(`settings.security.move.${place}.run`)}</Prose>
        </p>
        <p>{text(`settings.security.move.${place}.copies`)}</p>
      </div>
    </Dialog>
  );
}

function storeName({ secretStore }: ShellFacts, before: string): string {
  return secretStore.protection === 'file' ? 'file' : (secretStore.backend ?? before);
}
