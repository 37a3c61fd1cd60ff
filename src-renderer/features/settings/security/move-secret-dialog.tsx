import type { ReactElement } from 'react';
import type { SecretLocation, ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice, Mono, Prose } from '../../../ui/index.ts';
import styles from './secret-location.module.css';

export type MoveSecretProps = Readonly<{
  /** Location to move the key to. */
  location: SecretLocation;
  /** Path of the plain file that holds the key without a key store. */
  file: string;
  onClose(): void;
}>;

/** Dialog that explains what moving the device key means, and moves it after confirmation (`shell.secret.keep`). */
export function MoveSecretDialog({ location, file, onClose }: MoveSecretProps): ReactElement {
  const { run, busy, error, reset } = useCall('shell.secret.keep');
  const move = async (): Promise<void> => {
    const facts = await run({ place: location });
    if (facts === undefined) return;
    useApp.setState(({ status }) => ({
      facts,
      // The agent sends the same a moment later.
      ...(status === undefined ? {} : { status: { ...status, secretStore: storeName(facts, status.secretStore) } }),
    }));
    notify({ tone: 'good', text: text(`settings.security.move.${location}.done`) });
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={text(`settings.security.move.${location}`)}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button variant="primary" busy={busy} onClick={() => void move()}>
            {text(`settings.security.move.${location}.do`)}
          </Button>
        </>
      }
    >
      <div className={styles['meaning']}>
        {error !== undefined && <ErrorNotice error={error} onDismiss={reset} />}
        <p>{text(`settings.security.move.${location}.text`)}</p>
        {location === 'file' && (
          <p className={styles['file']}>
            <Mono>{file}</Mono>
          </p>
        )}
        <p>
          <Prose>{text(`settings.security.move.${location}.run`)}</Prose>
        </p>
        <p>{text(`settings.security.move.${location}.copies`)}</p>
      </div>
    </Dialog>
  );
}

function storeName({ secretStore }: ShellFacts, before: string): string {
  return secretStore.protection === 'file' ? 'file' : (secretStore.backend ?? before);
}
