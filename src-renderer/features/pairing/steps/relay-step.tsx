import { ArrowLeft } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { openPairing, useApp } from '../../../store/index.ts';
import { Button, RadioGroup, Tabs } from '../../../ui/index.ts';
import { DeployRelay, useIsDeploying } from '../../relay-servers/index.ts';
import { readTyped } from '../code-input.ts';
import { DefaultRelayOffer } from '../relay/default-relay.tsx';
import { HostRelay } from '../relay/host-relay.tsx';
import type { PairingStep } from '../pairing-flow.ts';
import styles from '../pairing.module.css';
import { RelayForm } from '../relay/relay-form.tsx';
import { isNearOnly, useRelayElsewhere } from '../../relay-reach/index.ts';
import { useFocusWhenLost } from './use-focus.ts';
import type { PairingControl } from '../use-pairing-flow.ts';

/** Tab of the step that sets up a relay. */
type RelayTab = 'existing' | 'host' | 'ssh';

/** Tab of the relay step that is open, and a function that opens another one. */
export type RelayTabs = Readonly<{ tab: RelayTab; setTab(tab: RelayTab): void }>;

/** Returns the open tab of the relay step; the first one each time the step is shown. */
export function useRelayTabs(step: PairingStep): RelayTabs {
  const canHost = useApp(({ facts }) => facts?.canHostRelay ?? false);
  const isDeploying = useIsDeploying();
  const [chosen, setChosen] = useState<Readonly<{ step: PairingStep; tab: RelayTab }>>();
  const cause = step.at === 'relay' ? step.cause : undefined;
  const first = isDeploying ? 'ssh' : canHost && cause === undefined ? 'host' : 'existing';
  return {
    tab: chosen?.step === step ? chosen.tab : first,
    setTab: (tab) => setChosen({ step, tab }),
  };
}

type RelayStepProps = Readonly<{
  control: PairingControl;
  step: Extract<PairingStep, { at: 'relay' }>;
  tabs: RelayTabs;
  /** Closes the dialog. */
  onClose(): void;
}>;

/**
 * Step that sets up a relay before the pairing can continue: the form for an existing relay (`RelayForm`), with the error that led here. For an
 * inviter, further choices run a relay on this machine (`HostRelay`), in the application only, and set one up on a server (`DeployRelay`); each says for whom it
 * is.
 */
export function RelayStep({
  control: { flow, state },
  step,
  tabs: { tab, setTab },
  onClose,
}: RelayStepProps): ReactElement {
  const canHost = useApp(({ facts }) => facts?.canHostRelay ?? false);
  const isRunning = useApp(({ hostedRelay }) => hostedRelay?.state === 'running');
  const isDeploying = useIsDeploying();
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
  const ways: readonly RelayTab[] = [...(canHost ? (['host'] as const) : []), 'ssh', 'existing'];
  // A task at a server has the dialog for itself.
  const deploy = <DeployRelay onReady={ready} onHide={onClose} />;
  if (tab === 'ssh' && isDeploying) return deploy;
  return (
    <div className={styles['stack']}>
      <p className={styles['lead']}>{text(`relay.step.${step.purpose}`)}</p>
      <DefaultRelayOffer onReady={ready} />
      {isRunning ? (
        // What is left to do for the relay here stands above the fold.
        <Tabs
          label={text('relay.step.choice')}
          value={tab}
          items={ways.map((value) => ({ value, label: text(`relay.step.${value}`) }))}
          onChange={setTab}
        />
      ) : (
        <RadioGroup
          label={text('relay.step.choice')}
          size="small"
          value={tab}
          options={ways.map((value) => ({
            value,
            label: text(`relay.step.${value}`),
            description: text(`relay.step.${value}.for`),
          }))}
          onChange={setTab}
        />
      )}
      {tab === 'existing' ? form : tab === 'ssh' ? deploy : <HostRelay isStep />}
    </div>
  );
}

type RelayActionsProps = Readonly<{
  control: PairingControl;
  step: Extract<PairingStep, { at: 'relay' }>;
  tabs: RelayTabs;
  /** Closes the dialog. */
  onClose(): void;
}>;

/**
 * Buttons below `RelayStep`: back, and close, which changes nothing; or, while the relay runs here, the way on: an invitation, or to where the step was
 * opened.
 */
export function RelayActions({ control, step, tabs, onClose }: RelayActionsProps): ReactElement {
  const { flow } = control;
  const isRunning = useApp(({ hostedRelay }) => hostedRelay?.state === 'running');
  return (
    <>
      <Button
        variant="quiet"
        icon={<ArrowLeft />}
        className={styles['back']}
        onClick={() => (step.purpose === 'join' ? flow.enter() : flow.back())}
      >
        {text('pairing.back')}
      </Button>
      {isRunning && tabs.tab === 'host' ? (
        <NextActions control={control} step={step} />
      ) : (
        <Button onClick={onClose}>{text('pairing.close')}</Button>
      )}
    </>
  );
}

function NextActions({ control: { flow }, step }: Pick<RelayActionsProps, 'control' | 'step'>): ReactElement {
  // The button that has started the relay had the focus, and is gone.
  const next = useFocusWhenLost<HTMLButtonElement>();
  const isNear = isNearOnly(useRelayElsewhere().reach);
  // As from the settings: the link of this relay with its QR code, and no search in the network.
  const invite = (): void => {
    flow.relayIsReady('invite-link');
    openPairing('invite-link');
  };
  return (
    <>
      {step.purpose === 'add' && <Button onClick={() => flow.relayIsReady()}>{text('pairing.done.close')}</Button>}
      {/* An invitation that machines elsewhere can't use isn't the next step. */}
      <Button ref={next} variant={isNear ? 'secondary' : 'primary'} onClick={invite}>
        {text('relay.host.invite')}
      </Button>
    </>
  );
}

function relayOfLink(typed: string): string | undefined {
  const read = readTyped(typed);
  return read.kind === 'link' ? read.link.relayUrl : undefined;
}
