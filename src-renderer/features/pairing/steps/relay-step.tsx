import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Tabs } from '../../../ui/index.ts';
import { DeployRelay, useIsDeploying } from '../../relay-servers/index.ts';
import { readTyped } from '../code-input.ts';
import { DefaultRelayOffer } from '../relay/default-relay.tsx';
import { HostRelay } from '../relay/host-relay.tsx';
import type { PairingStep } from '../pairing-flow.ts';
import styles from '../pairing.module.css';
import { RelayForm } from '../relay/relay-form.tsx';
import type { PairingControl } from '../use-pairing-flow.ts';

type RelayStepProps = Readonly<{
  control: PairingControl;
  step: Extract<PairingStep, { at: 'relay' }>;
  /** Closes the dialog. */
  onClose(): void;
}>;

/**
 * Step that sets up a relay before the pairing can continue: the form for an existing relay (`RelayForm`), with the error that led here. For an
 * inviter, further tabs run a relay on this machine (`HostRelay`), in the application only, and set one up on a server (`DeployRelay`).
 */
export function RelayStep({ control: { flow, state }, step, onClose }: RelayStepProps): ReactElement {
  const canHost = useApp(({ facts }) => facts?.canHostRelay ?? false);
  const isDeploying = useIsDeploying();
  const [tab, setTab] = useState<'existing' | 'host' | 'ssh'>(() =>
    isDeploying ? 'ssh' : canHost && step.cause === undefined ? 'host' : 'existing',
  );
  const configuredUrl = useApp(({ status }) => status?.relay.url ?? undefined);
  const ready = (): void => flow.relayIsReady();
  const form = (
    <RelayForm
      purpose={step.purpose === 'add' ? 'both' : step.purpose}
      // A link that failed names its relay.
      url={relayOfLink(state.typed) ?? configuredUrl}
      cause={step.cause}
      onReady={ready}
    />
  );
  // A joiner with a code needs the relay of the other machine.
  if (step.purpose === 'join')
    return (
      <div className={styles['stack']}>
        <p className={styles['lead']}>{text('relay.step.join')}</p>
        {form}
      </div>
    );
  // A task at a server has the dialog for itself.
  const deploy = <DeployRelay onReady={ready} onHide={onClose} />;
  if (tab === 'ssh' && isDeploying) return deploy;
  return (
    <div className={styles['stack']}>
      <p className={styles['lead']}>{text(`relay.step.${step.purpose}`)}</p>
      <DefaultRelayOffer onReady={ready} />
      <Tabs
        label={text('relay.step.choice')}
        value={tab}
        items={[
          ...(canHost ? [{ value: 'host', label: text('relay.step.host') } as const] : []),
          { value: 'ssh', label: text('relay.step.ssh') },
          { value: 'existing', label: text('relay.step.existing') },
        ]}
        onChange={setTab}
      >
        {tab === 'existing' ? form : tab === 'ssh' ? deploy : <HostRelay onReady={ready} />}
      </Tabs>
    </div>
  );
}

function relayOfLink(typed: string): string | undefined {
  const read = readTyped(typed);
  return read.kind === 'link' ? read.link.relayUrl : undefined;
}
