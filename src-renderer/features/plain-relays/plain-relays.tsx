import { useId, useState, type ReactElement } from 'react';
import { PLAIN_RELAY_RIGHTS, type PlainRelayView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { explain, text } from '../../locale/index.ts';
import { notify, useApp, useCall } from '../../store/index.ts';
import {
  Button,
  ConfirmDialog,
  ErrorNotice,
  PageList,
  Select,
  StatusDot,
  type StatusDotProps,
  Switch,
  UntrustedText,
  quoteUntrusted,
  showHidden,
} from '../../ui/index.ts';
import styles from './plain-relays.module.css';
import { RelayReadsChip } from './relay-reads-chip.tsx';

const DECISIONS = ['ask', 'allow', 'deny'] as const;
const DOTS: Readonly<Record<PlainRelayView['state'], StatusDotProps['state']>> = {
  connecting: 'busy',
  online: 'online',
  waiting: 'attention',
  stopped: 'attention',
  off: 'offline',
};

/**
 * Lists the plain relays of this machine, each marked as able to read what it carries, with its state, its permissions, and buttons that end all its
 * terminals, switch it off, or remove it. Renders nothing without any. A relay is added with the command line only.
 */
export function PlainRelays(): ReactElement | null {
  const relays = useApp((state) => state.plainRelays);
  const [removing, setRemoving] = useState<PlainRelayView>();
  if (relays.length === 0) return null;
  return (
    <section className={styles['section']} aria-label={text('plain-relays.title')}>
      <h2 className={styles['heading']}>{text('plain-relays.title')}</h2>
      <p className={styles['note']}>{text('plain-relays.text')}</p>
      <PageList label={text('plain-relays.title')}>
        {relays.map((relay) => (
          <PlainRelayRow key={relay.id} relay={relay} onRemove={() => setRemoving(relay)} />
        ))}
      </PageList>
      {removing !== undefined && <RemoveDialog relay={removing} onClose={() => setRemoving(undefined)} />}
    </section>
  );
}

function PlainRelayRow({ relay, onRemove }: Readonly<{ relay: PlainRelayView; onRemove(): void }>): ReactElement {
  const id = useId();
  const enable = useCall('plainRelays.enable');
  const right = useCall('plainRelays.setRight');
  const end = useCall('plainRelays.end');
  const name = quoteUntrusted(relay.name);
  const failed = [enable, right, end].find(({ error }) => error !== undefined);
  const endAll = async (): Promise<void> => {
    if ((await end.run({ relay: relay.id })) !== undefined)
      notify({ tone: 'good', text: text('plain-relays.ended', { name }) });
  };
  return (
    <li className={styles['row']} aria-labelledby={id} data-plain-relay={relay.id}>
      <div className={styles['head']}>
        <StatusDot state={DOTS[relay.state]} label="" />
        <h3 id={id} className={styles['name']}>
          <UntrustedText>{relay.name}</UntrustedText>
        </h3>
        <RelayReadsChip />
        <Switch
          label={text('plain-relays.on', { name })}
          hideLabel
          checked={relay.enabled}
          disabled={enable.busy}
          onChange={(enabled) => void enable.run({ relay: relay.id, enabled })}
        />
      </div>
      <p className={styles['note']}>
        {text(`plain-relays.state.${relay.state}`)}
        {' · '}
        {activity(relay)}
        {relay.problem !== null && ` · ${problemText(relay)}`}
      </p>
      <div className={styles['foot']}>
        <div className={styles['rights']}>
          {PLAIN_RELAY_RIGHTS.filter((held) => held === 'prompt' || relay.kind === 'connector').map((held) => (
            <Select
              key={held}
              label={text(`peers.right.${held}`)}
              value={relay.rights[held].decision}
              options={DECISIONS.map((value) => ({ value, label: text(`peers.rights.decision.${value}`) }))}
              disabled={right.busy}
              onChange={(decision) => void right.run({ relay: relay.id, right: held, decision, expiresAt: null })}
            />
          ))}
        </div>
        <Button
          size="small"
          busy={end.busy}
          disabled={relay.terminals + relay.requests === 0}
          aria-label={text('plain-relays.end.of', { name })}
          onClick={() => void endAll()}
        >
          {text('plain-relays.end')}
        </Button>
        <Button size="small" variant="quiet" aria-label={text('plain-relays.remove.of', { name })} onClick={onRemove}>
          {text('plain-relays.remove')}
        </Button>
      </div>
      {failed !== undefined && <ErrorNotice error={failed.error} onDismiss={failed.reset} />}
    </li>
  );
}

function RemoveDialog({ relay, onClose }: Readonly<{ relay: PlainRelayView; onClose(): void }>): ReactElement {
  const remove = useCall('plainRelays.remove', { outlives: true });
  const apply = async (): Promise<void> => {
    if ((await remove.run({ relay: relay.id })) !== undefined) onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      title={text('plain-relays.remove.title', { name: quoteUntrusted(relay.name) })}
      apply={text('plain-relays.remove')}
      call={remove}
      onApply={() => void apply()}
    >
      <p className={styles['note']}>{text('plain-relays.remove.text')}</p>
      <p className={styles['note']}>{text('plain-relays.remove.file', { file: showHidden(relay.config) })}</p>
    </ConfirmDialog>
  );
}

function activity({ terminals, requests }: PlainRelayView): string {
  const open = [
    ...(terminals > 0 ? [text('plain-relays.terminals', { count: terminals })] : []),
    ...(requests > 0 ? [text('plain-relays.requests', { count: requests })] : []),
  ];
  return open.length === 0 ? text('plain-relays.idle') : open.join(' · ');
}

function problemText({ problem, details }: PlainRelayView): string {
  const code = problem ?? '';
  return explain(new ClawReachError(code, code, { details })).what;
}
