import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Tabs } from '../../../ui/index.ts';
import { readTyped } from '../code-input.ts';
import { HostRelay } from '../relay/host-relay.tsx';
import type { PairingStep } from '../pairing-flow.ts';
import styles from '../pairing.module.css';
import { RelayForm } from '../relay/relay-form.tsx';
import type { PairingControl } from '../use-pairing-flow.ts';

type RelayStepProps = Readonly<{ control: PairingControl; step: Extract<PairingStep, { at: 'relay' }> }>;

/** A relay is needed before the pairing can go on: use one, or run one here. */
export function RelayStep({ control: { flow, state }, step }: RelayStepProps): ReactElement {
  const [tab, setTab] = useState<'own' | 'host'>('own');
  const configuredUrl = useApp(({ status }) => status?.relay.url ?? undefined);
  const canHost = useApp(({ facts }) => facts?.canHostRelay ?? false);
  const form = (
    <RelayForm
      purpose={step.purpose}
      // A link that did not work names the relay to set up.
      url={relayOfLink(state.typed) ?? configuredUrl}
      cause={step.cause}
      onReady={() => flow.relayIsReady()}
    />
  );
  return (
    <div className={styles['stack']}>
      <p className={styles['lead']}>{text(`relay.step.${step.purpose}`)}</p>
      {/* Who joins with a code needs the relay of the other machine, and no other. */}
      {canHost && step.purpose === 'invite' ? (
        <Tabs
          label={text('relay.step.ways')}
          value={tab}
          items={[
            { value: 'own', label: text('relay.step.own') },
            { value: 'host', label: text('relay.step.host') },
          ]}
          onChange={setTab}
        >
          {tab === 'own' ? form : <HostRelay onReady={() => flow.relayIsReady()} />}
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
