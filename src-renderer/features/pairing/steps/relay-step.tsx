import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Tabs } from '../../../ui/index.ts';
import { readTyped } from '../code-input.ts';
import { DefaultRelayOffer } from '../relay/default-relay.tsx';
import { HostRelay } from '../relay/host-relay.tsx';
import type { PairingStep } from '../pairing-flow.ts';
import styles from '../pairing.module.css';
import { RelayForm } from '../relay/relay-form.tsx';
import type { PairingControl } from '../use-pairing-flow.ts';

type RelayStepProps = Readonly<{ control: PairingControl; step: Extract<PairingStep, { at: 'relay' }> }>;

/**
 * Step that sets up a relay before the pairing can continue: the form for an existing relay (`RelayForm`), with the error that led here. For an
 * inviter in the application, a second tab runs a relay on this machine (`HostRelay`).
 */
export function RelayStep({ control: { flow, state }, step }: RelayStepProps): ReactElement {
  const [tab, setTab] = useState<'existing' | 'host'>(step.cause === undefined ? 'host' : 'existing');
  const configuredUrl = useApp(({ status }) => status?.relay.url ?? undefined);
  const canHost = useApp(({ facts }) => facts?.canHostRelay ?? false);
  const form = (
    <RelayForm
      purpose={step.purpose === 'add' ? 'both' : step.purpose}
      // A link that failed names its relay.
      url={relayOfLink(state.typed) ?? configuredUrl}
      cause={step.cause}
      onReady={() => flow.relayIsReady()}
    />
  );
  return (
    <div className={styles['stack']}>
      <p className={styles['lead']}>{text(`relay.step.${step.purpose}`)}</p>
      {step.purpose !== 'join' && <DefaultRelayOffer onReady={() => flow.relayIsReady()} />}
      {/* A joiner with a code needs the relay of the other machine. */}
      {canHost && step.purpose !== 'join' ? (
        <Tabs
          label={text('relay.step.choice')}
          value={tab}
          items={[
            { value: 'host', label: text('relay.step.host') },
            { value: 'existing', label: text('relay.step.existing') },
          ]}
          onChange={setTab}
        >
          {tab === 'existing' ? form : <HostRelay onReady={() => flow.relayIsReady()} />}
        </Tabs>
      ) : (
        form
      )}
    </div>
  );
}

function relayOfLink(typed: string): string | undefined {
  const read = readTyped(typed);
  return read.kind === 'link' ? read.link.relayUrl : undefined;
}
