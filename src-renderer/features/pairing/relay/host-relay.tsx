import type { ReactElement } from 'react';
import { ClawReachError } from '#shared/errors.ts';
import type { HostedRelay } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { openPairing, useApp, useCall } from '../../../store/index.ts';
import { Banner, Button, CopyButton, ErrorNotice, Mono, StatusDot, useLasting } from '../../../ui/index.ts';
import { RestoreRelay, notifyRestored } from './restore-relay.tsx';
import { PinText } from './pin-text.tsx';
import { addressScope, isNearOnly, useRelayElsewhere } from '../../relay-reach/index.ts';
import { RelayReachability } from './relay-reachability.tsx';
import styles from '../pairing.module.css';

export type HostRelayProps = Readonly<{
  /** True as a step of a dialog, whose buttons lead on. */
  isStep?: boolean;
}>;

/**
 * Starts and stops the relay that the application can run itself (`shell.relay.start`, `shell.relay.stop`), and says what is left to do for
 * machines elsewhere, and has the addresses, pin and admission token for those set up by hand below, with buttons that copy them to the clipboard. Says which relay this machine uses afterwards, and shows
 * errors. Contains `RelayReachability` while the relay runs, else `RestoreRelay`. Used in pairing, in the first run and in the settings.
 */
export function HostRelay({ isStep = false }: HostRelayProps): ReactElement {
  const relay = useApp(({ hostedRelay }) => hostedRelay);
  const usedNow = useApp(({ status }) => (status?.relay.state === 'online' ? status.relay.url : null));
  const hasRelay = useApp(({ status }) => (status?.relay.url ?? null) !== null);
  const before = useApp(({ status }) => status?.relayBefore);
  const start = useCall('shell.relay.start');
  const stop = useCall('shell.relay.stop');
  const other = useOtherRelay(relay);
  const isStarting = start.busy || relay?.state === 'starting';
  const error =
    start.error ??
    stop.error ??
    (relay?.state === 'failed' && !isStarting
      ? new ClawReachError(relay.problem ?? 'internal', 'the relay could not be started')
      : undefined);
  const stopRelay = async (): Promise<void> => {
    if ((await stop.run({})) !== undefined && before !== undefined) notifyRestored(before);
  };
  if (relay?.state === 'running') {
    return (
      // The button that has started the relay must not become the one that stops it, with the focus.
      <div key="running" className={styles['stack']}>
        {error !== undefined && <ErrorNotice error={error} />}
        <RunningRelay relay={relay} other={other} isStep={isStep} />
        <p className={styles['lead']}>{consequenceText(before, other)}</p>
        <div className={styles['choices']}>
          <Button busy={stop.busy} onClick={() => void stopRelay()}>
            {text(before === undefined ? 'relay.host.stop' : 'relay.host.stop.and-back')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className={styles['stack']}>
      {error !== undefined && <ErrorNotice error={error} />}
      <p className={styles['lead']}>{text('relay.host.text')}</p>
      {usedNow !== null && before === undefined && (
        <p className={styles['lead']}>{text('relay.host.instead', { url: usedNow })}</p>
      )}
      <div className={styles['choices']}>
        <Button
          // In the settings, a machine with a relay needs no second one, even while the relay is away.
          variant={!isStep && hasRelay ? 'secondary' : 'primary'}
          busy={isStarting}
          onClick={() => void start.run({})}
        >
          {text(error === undefined ? 'relay.host.start' : 'relay.host.retry')}
        </Button>
        {isStarting && (
          <Button variant="quiet" busy={stop.busy} onClick={() => void stopRelay()}>
            {text('ui.cancel')}
          </Button>
        )}
        <span role="status" className={styles['busy']}>
          {isStarting && text('relay.host.starting')}
        </span>
      </div>
      {!isStarting && <RestoreRelay />}
    </div>
  );
}

/**
 * Describes which relay this machine uses after its own relay is stopped.
 * @param before relay used before this machine ran its own
 * @param other relay in use although the own one runs
 */
function consequenceText(before: string | undefined, other: string | undefined): string {
  if (other !== undefined) return text('relay.host.stop.other', { url: other });
  return before === undefined ? text('relay.host.stop.then') : text('relay.host.stop.back', { url: before });
}

/** Time that the agent needs to report a new address of the hosted relay, ms. */
const UPDATE_GRACE = 1000;

/** Returns the URL of the relay in use when it isn't the relay that runs here; undefined when it is, or before `UPDATE_GRACE` has passed. */
function useOtherRelay(relay: HostedRelay | undefined): string | undefined {
  const used = useApp(({ status }) => status?.relay.url ?? null);
  const before = useApp(({ status }) => status?.relayBefore);
  const isOther = used !== null && before === undefined && relay?.state === 'running' && used !== relay.url;
  return useLasting(isOther, UPDATE_GRACE) && used !== null ? used : undefined;
}

type RunningRelayProps = Readonly<{ relay: HostedRelay; other: string | undefined; isStep: boolean }>;

function RunningRelay({ relay, other, isStep }: RunningRelayProps): ReactElement {
  const addresses = relay.addresses.length > 0 ? relay.addresses : [relay.url ?? ''];
  const { reach } = useRelayElsewhere();
  return (
    <>
      <p className={styles['running']} role="status">
        <StatusDot state="online" label="" />
        {other === undefined ? text('relay.host.running') : text('relay.host.running.other', { url: other })}
      </p>
      {other === undefined && isNearOnly(reach) && (
        <Banner tone="warning">
          {text(reach === 'here' ? 'relay.host.only-here.computer' : 'relay.host.only-here')}
        </Banner>
      )}
      <RelayReachability relay={relay} />
      {!isStep && (
        <div className={styles['choices']}>
          <Button size="small" onClick={() => openPairing('invite-link')}>
            {text('reach.hand-over')}
          </Button>
        </div>
      )}
      <details className={styles['by-hand']}>
        <summary>{text('relay.host.by-hand')}</summary>
        <p className={styles['note']}>{text('relay.host.others')}</p>
        <dl className={styles['given']}>
          <div>
            <dt>{text('relay.host.address', { count: addresses.length })}</dt>
            {addresses.map((address) => (
              <dd key={address} data-reach={addressScope(address)}>
                <span>
                  <Mono>{address}</Mono>
                  <span className={styles['note']}>{text(`reach.${addressScope(address)}`)}</span>
                </span>
                <CopyButton iconOnly value={address} label={text('relay.host.address.copy')} />
              </dd>
            ))}
          </div>
          {relay.pin !== null && (
            <div>
              <dt>{text('relay.host.pin')}</dt>
              <dd>
                <PinText pin={relay.pin} />
                <CopyButton iconOnly value={relay.pin} label={text('relay.host.pin.copy')} />
              </dd>
            </div>
          )}
          {relay.admission !== null && (
            <div>
              <dt>{text('relay.host.admission')}</dt>
              <dd>
                <span>
                  <Mono>{relay.admission}</Mono>
                  <span className={styles['note']}>{text('relay.host.admission.text')}</span>
                </span>
                <CopyButton iconOnly value={relay.admission} label={text('relay.host.admission.copy')} />
              </dd>
            </div>
          )}
        </dl>
      </details>
    </>
  );
}
