import { TriangleAlert } from 'lucide-react';
import { useId, type ReactElement } from 'react';
import { PLAIN_RELAY_RIGHTS, type PlainRelayView } from '#shared/app-api/index.ts';
import { gapAfter, text } from '../../locale/index.ts';
import { isInUse, notify, openPlainPairing, useCall } from '../../store/index.ts';
import { Button, ErrorNotice, Select, StatusDot, type StatusDotProps, Switch, UntrustedText } from '../../ui/index.ts';
import styles from './plain-relays.module.css';
import { RelayReadsChip } from './relay-reads-chip.tsx';
import { activityText, plainRelayName, problemText, quotePlainRelay, stateText } from './relay-text.ts';

const DECISIONS = ['ask', 'allow', 'deny'] as const;
const DOTS: Readonly<Record<PlainRelayView['state'], StatusDotProps['state']>> = {
  connecting: 'waiting',
  online: 'online',
  waiting: 'waiting',
  stopped: 'waiting',
  off: 'offline',
};
/** Problems that only a new pairing code solves. */
const PAIR_AGAIN = new Set(['plain.rejected', 'plain.config', 'plain.config-permissions']);

/**
 * Shows one plain relay: its state and what it has open here, its problem with a button that helps, its permissions, a switch, and buttons that end
 * everything it has open and remove it. Calls `plainRelays.enable`, `.setRight` and `.end`; shows their errors.
 */
export function PlainRelayRow({
  relay,
  onRemove,
}: Readonly<{ relay: PlainRelayView; onRemove(): void }>): ReactElement {
  const id = useId();
  const enable = useCall('plainRelays.enable');
  const right = useCall('plainRelays.setRight');
  const end = useCall('plainRelays.end');
  const name = quotePlainRelay(relay);
  const failed = [enable, right, end].find(({ error }) => error !== undefined);
  const endAll = async (): Promise<void> => {
    if ((await end.run({ relay: relay.id })) !== undefined)
      notify({ tone: 'good', text: text('plain-relays.ended', { name }) });
  };
  return (
    <li className={styles['row']} aria-labelledby={id} data-plain-relay={relay.id}>
      <div className={styles['head']}>
        <StatusDot state={DOTS[relay.state]} label="" />
        <div className={styles['names']}>
          <h3 id={id} className={styles['name']}>
            <UntrustedText>{plainRelayName(relay)}</UntrustedText>
          </h3>
          <p className={styles['note']} role="status">
            {stateText(relay)} · {activityText([relay])}
          </p>
        </div>
        <span className={styles['mark']}>
          <RelayReadsChip />
        </span>
        <Switch
          label={text('plain-relays.on', { name })}
          hideLabel
          checked={relay.enabled}
          disabled={enable.busy}
          onChange={(enabled) => void enable.run({ relay: relay.id, enabled })}
        />
      </div>
      <Problem relay={relay} busy={enable.busy} onRetry={() => void enable.run({ relay: relay.id, enabled: true })} />
      <div className={styles['foot']}>
        <div className={styles['rights']}>
          {PLAIN_RELAY_RIGHTS.filter((held) => held === 'prompt' || relay.kind === 'connector').map((held) => (
            <Select
              key={held}
              label={text(`peers.right.${held}`)}
              value={relay.rights[held].decision}
              options={DECISIONS.map((value) => ({ value, label: text(`access.${value}`) }))}
              disabled={right.busy}
              onChange={(decision) => void right.run({ relay: relay.id, right: held, decision, expiresAt: null })}
            />
          ))}
        </div>
        <div className={styles['actions']}>
          <Button
            busy={end.busy}
            disabled={!isInUse(relay)}
            aria-label={text('plain-relays.end.of', { name })}
            onClick={() => void endAll()}
          >
            {text('plain-relays.end')}
          </Button>
          <Button variant="quiet" aria-label={text('plain-relays.remove.of', { name })} onClick={onRemove}>
            {text('plain-relays.remove')}
          </Button>
        </div>
      </div>
      {failed !== undefined && <ErrorNotice error={failed.error} onDismiss={failed.reset} />}
    </li>
  );
}

type ProblemProps = Readonly<{ relay: PlainRelayView; busy: boolean; onRetry(): void }>;

/** Says what is wrong with the connection and what to do, with a button that does it. */
function Problem({ relay, busy, onRetry }: ProblemProps): ReactElement | null {
  const words = problemText(relay);
  if (words === undefined) return null;
  return (
    <div className={styles['problem']} role="status">
      <TriangleAlert aria-hidden="true" />
      <p>
        <strong>{words.what}</strong>
        {gapAfter(words.what)}
        {words.next}
      </p>
      {PAIR_AGAIN.has(relay.problem ?? '') ? (
        <Button size="small" onClick={() => openPlainPairing()}>
          {text('plain-relays.pair.again')}
        </Button>
      ) : (
        <Button size="small" busy={busy} onClick={onRetry}>
          {text('plain-relays.retry')}
        </Button>
      )}
    </div>
  );
}
