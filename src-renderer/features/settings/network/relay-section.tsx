import { useState, type ReactElement } from 'react';
import type { AgentStatus, RelayStatus } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApp, useCall, useRelayProblem } from '../../../store/index.ts';
import { Button, Chip, ConfirmDialog, CopyButton, Dialog, Mono, RetryCountdown } from '../../../ui/index.ts';
import {
  DefaultRelayOffer,
  PinText,
  RestoreRelay,
  HostRelay,
  RelayForm,
  StartHostedRelay,
} from '../../pairing/index.ts';
import { RelayServers } from '../../relay-servers/index.ts';
import { ProblemBanner } from '../problem-banner.tsx';
import { OpenDashboard } from './open-dashboard.tsx';
import { PageCheck } from './page-check.tsx';
import { relayState } from './relay-text.ts';
import { FactRow, Facts, PartHeading, Section } from '../section.tsx';
import styles from '../settings.module.css';

/**
 * Section of the settings for the relay: its address and state, a button that changes it, the relay that this application can run, and those on
 * servers. `RelayForm`, `HostRelay` and `RelayServers` make the calls.
 */
export function RelaySection({ status }: Readonly<{ status: AgentStatus }>): ReactElement {
  const [changing, setChanging] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const canHost = useApp(({ facts }) => facts?.canHostRelay === true);
  const { relay } = status;
  const hosted = useApp(({ hostedRelay }) => hostedRelay);
  // Its addresses and fingerprint stand below, where it runs.
  const isHere = canHost && hosted?.state === 'running' && hosted.url === relay.url;
  const isStopped = useRelayProblem(relay.problem) === 'relay.hosted-stopped';
  return (
    <Section name="relay" title={text('settings.relay')} text={text('settings.relay.text')}>
      <Facts>
        <FactRow
          name={text('settings.relay.address')}
          meaning={
            isHere ? (
              text('settings.relay.own')
            ) : relay.url === null ? (
              text('relay.step.existing.for')
            ) : (
              <Mono>{relay.url}</Mono>
            )
          }
          below={
            <div className={styles['actions']}>
              <Button onClick={() => setChanging(true)}>
                {text(relay.url === null ? 'settings.relay.set-up' : 'settings.relay.change')}
              </Button>
              {relay.url !== null && (
                <Button variant="quiet" onClick={() => setLeaving(true)}>
                  {text('settings.relay.leave')}
                </Button>
              )}
              {relay.retryAt !== null && !isStopped && (
                <span className={styles['retry']}>
                  <RetryCountdown at={relay.retryAt} />
                </span>
              )}
            </div>
          }
        >
          {relay.url !== null && !relay.secure && <Chip tone="warning">{text('settings.relay.insecure')}</Chip>}
          <Chip tone={relayState(relay).tone}>{relayState(relay).word}</Chip>
        </FactRow>
        {relay.pin !== undefined && !isHere && (
          <FactRow name={text('relay.host.pin')} wide>
            <PinText pin={relay.pin} />
            <CopyButton iconOnly value={relay.pin} label={text('relay.host.pin.copy')} />
          </FactRow>
        )}
      </Facts>
      <OpenDashboard />
      <RelayProblem relay={relay} />
      {relay.url !== null && !relay.secure && <p className={styles['text']}>{text('settings.relay.insecure.text')}</p>}
      {!canHost && <RestoreRelay />}
      {canHost && (
        <div className={styles['part']}>
          <PartHeading>{text('settings.relay.hosted')}</PartHeading>
          {hosted?.state !== 'running' && <p className={styles['text']}>{text('relay.step.host.for')}</p>}
          <HostRelay />
        </div>
      )}
      <div className={styles['part']}>
        <PartHeading>{text('settings.relay.servers')}</PartHeading>
        <p className={styles['text']}>{text('relay.step.ssh.for')}</p>
        <RelayServers />
      </div>
      {relay.url !== null && <PageCheck />}
      <RelayDialog relay={relay} open={changing} onClose={() => setChanging(false)} />
      {leaving && <LeaveDialog onClose={() => setLeaving(false)} />}
    </Section>
  );
}

function LeaveDialog({ onClose }: Readonly<{ onClose: () => void }>): ReactElement {
  const call = useCall('relay.leave');
  const leave = async (): Promise<void> => {
    if ((await call.run({})) !== undefined) onClose();
  };
  return (
    <ConfirmDialog
      title={text('settings.relay.leave.title')}
      apply={text('settings.relay.leave')}
      call={call}
      onApply={() => void leave()}
      onClose={onClose}
    >
      <p className={styles['text']}>{text('settings.relay.leave.text')}</p>
    </ConfirmDialog>
  );
}

function RelayProblem({ relay }: Readonly<{ relay: RelayStatus }>): ReactElement | null {
  const problem = useRelayProblem(relay.problem);
  // The state says that there is no relay.
  if (problem === null || relay.state === 'none') return null;
  return (
    <ProblemBanner
      code={problem}
      tone={relay.state === 'failed' ? 'bad' : 'warning'}
      action={problem === 'relay.hosted-stopped' && <StartHostedRelay />}
    />
  );
}

export type RelayDialogProps = Readonly<{ relay: RelayStatus; open: boolean; onClose(): void }>;

/** Dialog that changes the relay, its token or its pin. It closes when the relay has answered. */
export function RelayDialog({ relay, open, onClose }: RelayDialogProps): ReactElement {
  const ready = (): void => {
    onClose();
    notify({ tone: 'good', text: text('relay.form.connected') });
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={text('settings.relay.dialog')}
      description={text('settings.relay.dialog.text')}
    >
      <DefaultRelayOffer onReady={ready} />
      <RelayForm purpose="both" url={relay.url ?? undefined} onCancel={onClose} onReady={ready} />
    </Dialog>
  );
}
