import type { ReactElement } from 'react';
import { ClawReachError } from '#shared/errors.ts';
import type { HostedRelay } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { useApp, useCall } from '../../store/index.ts';
import { Button, CopyButton, ErrorNotice, Mono } from '../../ui/index.ts';
import { Pin } from './pin.tsx';
import styles from './pairing.module.css';

export type HostRelayProps = Readonly<{
  /** On with what the relay was wanted for; without it there is no such button. */
  onReady?: (() => void) | undefined;
}>;

/** Runs a relay in this application, and shows what other machines need of it. */
export function HostRelay({ onReady }: HostRelayProps): ReactElement {
  const relay = useApp(({ hostedRelay }) => hostedRelay);
  const start = useCall('shell.relay.start');
  const stop = useCall('shell.relay.stop');
  const isStarting = start.busy || relay?.state === 'starting';
  const error =
    start.error ??
    stop.error ??
    (relay?.state === 'failed' && !isStarting
      ? new ClawReachError(relay.problem ?? 'internal', 'the relay could not be started')
      : undefined);
  if (relay?.state === 'running') {
    return (
      <div className={styles['stack']}>
        {error !== undefined && <ErrorNotice error={error} />}
        <RunningRelay relay={relay} />
        <div className={styles['end']}>
          <Button variant="quiet" busy={stop.busy} onClick={() => void stop.run({})}>
            {text('relay.host.stop')}
          </Button>
          {onReady !== undefined && (
            <Button variant="primary" onClick={onReady}>
              {text('relay.host.continue')}
            </Button>
          )}
        </div>
      </div>
    );
  }
  return (
    <div className={styles['stack']}>
      {error !== undefined && <ErrorNotice error={error} />}
      <p className={styles['lead']}>{text('relay.host.text')}</p>
      <div className={styles['end']}>
        <span role="status" className={styles['busy']}>
          {isStarting && text('relay.host.starting')}
        </span>
        <Button variant="primary" busy={isStarting} onClick={() => void start.run({})}>
          {text(error === undefined ? 'relay.host.start' : 'relay.host.retry')}
        </Button>
      </div>
    </div>
  );
}

function RunningRelay({ relay }: Readonly<{ relay: HostedRelay }>): ReactElement {
  const addresses = relay.addresses.length > 0 ? relay.addresses : [relay.url ?? ''];
  return (
    <>
      <p className={styles['strong']} role="status">
        {text('relay.host.running')}
      </p>
      <p className={styles['lead']}>{text('relay.host.others')}</p>
      <dl className={styles['facts']}>
        <dt>{text('relay.host.address', { count: addresses.length })}</dt>
        {addresses.map((address) => (
          <dd key={address}>
            <Mono>{address}</Mono>
            <CopyButton value={address} label={text('relay.host.address.copy')} />
          </dd>
        ))}
        {relay.pin !== null && (
          <>
            <dt>{text('relay.host.pin')}</dt>
            <dd>
              <Pin pin={relay.pin} />
              <CopyButton value={relay.pin} label={text('relay.host.pin.copy')} />
            </dd>
          </>
        )}
        {relay.admission !== null && (
          <>
            <dt>
              {text('relay.host.admission')} <span>{text('relay.host.admission.text')}</span>
            </dt>
            <dd>
              <Mono>{relay.admission}</Mono>
              <CopyButton value={relay.admission} label={text('relay.host.admission.copy')} />
            </dd>
          </>
        )}
      </dl>
    </>
  );
}
