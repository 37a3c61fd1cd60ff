import { TriangleAlert } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { applyForward, notify, useCall } from '../../../store/index.ts';
import { Button, CopyButton, Dialog, ErrorNotice, Field, Mono, TextInput, quoteUntrusted } from '../../../ui/index.ts';
import styles from './host-key-dialog.module.css';

/** Shell command that prints the fingerprints of an OpenSSH server's keys. Never run by this device. */
const COMMAND = 'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done';

export type HostKeyDialogProps = Readonly<{
  forward: ForwardView;
  /** Key that the server has shown, and the key trusted before, if any. */
  hostKey: NonNullable<ForwardView['hostKey']>;
  onClose(): void;
}>;

/**
 * Dialog that shows the fingerprint of an SSH server's new or changed key, and a command to copy and run on the server, for comparison. The person
 * cancels or makes the agent trust the key; a changed key only after typing its last four characters.
 */
export function HostKeyDialog({ forward, hostKey, onClose }: HostKeyDialogProps): ReactElement {
  const form = useId();
  const trust = useCall('forwards.trustHostKey');
  const [typed, setTyped] = useState('');
  const { fingerprint, before } = hostKey;
  const server = serverOf(forward);
  const isNew = before === null;
  const isMeant = isNew || typed.trim() === fingerprint.slice(-4);
  const apply = async (): Promise<void> => {
    if (!isMeant || trust.busy) return;
    const view = await trust.run({ id: forward.id, fingerprint });
    if (view === undefined) return;
    applyForward(view);
    notify({ tone: 'good', text: text('forwards.key.trusted', { name: quoteUntrusted(forward.rule.name) }) });
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size={isNew ? 'medium' : 'large'}
      title={text(isNew ? 'forwards.key.title' : 'forwards.key.changed.title', { server })}
      actions={
        isNew ? (
          <>
            <Button onClick={onClose}>{text('forwards.key.cancel')}</Button>
            <Button variant="primary" busy={trust.busy} onClick={() => void apply()}>
              {text('forwards.key.trust')}
            </Button>
          </>
        ) : (
          <>
            <Button variant="danger" type="submit" form={form} busy={trust.busy} disabled={!isMeant}>
              {text('forwards.key.trust-new')}
            </Button>
            <Button variant="primary" onClick={onClose}>
              {text('forwards.key.cancel')}
            </Button>
          </>
        )
      }
    >
      {isNew ? (
        <p className={styles['plain']}>{text('forwards.key.text')}</p>
      ) : (
        <p className={styles['warning']}>
          <TriangleAlert aria-hidden="true" />
          {text('forwards.key.changed.text')}
        </p>
      )}
      <div className={styles['keys']}>
        {before !== null && <Fingerprint label={text('forwards.key.before')} value={before} />}
        <Fingerprint label={text(isNew ? 'forwards.key.fingerprint' : 'forwards.key.now')} value={fingerprint} />
      </div>
      <p className={styles['label']}>{text('forwards.key.command')}</p>
      <div className={styles['command']}>
        <Mono>{COMMAND}</Mono>
        <CopyButton value={COMMAND} />
      </div>
      {!isNew && (
        <form
          id={form}
          className={styles['confirm']}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void apply();
          }}
        >
          <Field label={text('forwards.key.type')} hint={text('forwards.key.type.hint')}>
            <TextInput mono maxLength={8} value={typed} onChange={setTyped} />
          </Field>
        </form>
      )}
      {trust.error !== undefined && <ErrorNotice error={trust.error} onDismiss={trust.reset} />}
    </Dialog>
  );
}

function Fingerprint({ label, value }: Readonly<{ label: string; value: string }>): ReactElement {
  return (
    <div className={styles['key']} role="group" aria-label={label}>
      <p className={styles['label']}>{label}</p>
      {/* As ssh-keygen prints it, to compare and to search for. */}
      <p className={styles['value']}>{value}</p>
    </div>
  );
}

function serverOf({ rule }: ForwardView): string {
  const server = 'server' in rule ? rule.server : null;
  return server === null ? rule.name : `${server.host}${server.port === 22 ? '' : `:${server.port}`}`;
}
