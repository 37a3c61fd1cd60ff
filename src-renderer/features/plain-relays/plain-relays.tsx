import { Plus } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { PlainRelayView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { openPlainPairing, useApp, useCall } from '../../store/index.ts';
import { Button, ConfirmDialog, PageList, showHidden } from '../../ui/index.ts';
import { PlainRelayRow } from './plain-relay-row.tsx';
import styles from './plain-relays.module.css';
import { quotePlainRelay } from './relay-text.ts';

/**
 * Lists the plain relays of this machine, each marked as able to read what it carries, with its state, its permissions, and buttons that end all its
 * terminals, switch it off, or remove it. Another button opens the dialog that pairs with one. Renders nothing without any.
 */
export function PlainRelays(): ReactElement | null {
  const relays = useApp((state) => state.plainRelays);
  const [removing, setRemoving] = useState<PlainRelayView>();
  if (relays.length === 0) return null;
  return (
    <section className={styles['section']} aria-label={text('plain-relays.title')}>
      <div className={styles['top']}>
        <div className={styles['words']}>
          <h2 className={styles['heading']}>{text('plain-relays.title')}</h2>
          <p className={styles['note']}>{text('plain-relays.text')}</p>
        </div>
        <Button size="small" icon={<Plus aria-hidden="true" />} onClick={() => openPlainPairing()}>
          {text('plain-relays.add')}
        </Button>
      </div>
      <PageList label={text('plain-relays.title')}>
        {relays.map((relay) => (
          <PlainRelayRow key={relay.id} relay={relay} onRemove={() => setRemoving(relay)} />
        ))}
      </PageList>
      {removing !== undefined && <RemovePlainRelayDialog relay={removing} onClose={() => setRemoving(undefined)} />}
    </section>
  );
}

/** Asks the person to confirm that a plain relay is removed, says what ends, and calls `plainRelays.remove`. Shows the error. */
export function RemovePlainRelayDialog({
  relay,
  onClose,
}: Readonly<{ relay: PlainRelayView; onClose(): void }>): ReactElement {
  const remove = useCall('plainRelays.remove', { outlives: true });
  const apply = async (): Promise<void> => {
    if ((await remove.run({ relay: relay.id })) !== undefined) onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      title={text('plain-relays.remove.title', { name: quotePlainRelay(relay) })}
      apply={text('plain-relays.remove')}
      call={remove}
      onApply={() => void apply()}
    >
      <div className={styles['body']}>
        <p>{text('plain-relays.remove.text')}</p>
        <p className={styles['note']}>{text('plain-relays.remove.file', { file: showHidden(relay.config) })}</p>
      </div>
    </ConfirmDialog>
  );
}
