import { useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { closePairing, requestTerminal, useApp, type Pairing } from '../../store/index.ts';
import { Button, Dialog, quoteUntrusted } from '../../ui/index.ts';
import { useIsDeploying } from '../relay-servers/index.ts';
import { AddingDialog } from './by-id/adding-dialog.tsx';
import { LinkHome, PairingHome } from './home/pairing-home.tsx';
import { PairingAnnouncer } from './pairing-announcer.tsx';
import { isStart, type PairingStep } from './pairing-flow.ts';
import { DoneStep, type RenderPreset } from './steps/done-step.tsx';
import { ProgressSteps } from './steps/progress-steps.tsx';
import { RelayActions, RelayStep, useRelayTabs, type RelayTabs } from './steps/relay-step.tsx';
import { ForgottenStep, WordsActions, WordsStep } from './steps/words-step.tsx';
import { hasRelay, isByHand, usePairingOfDialog, type PairingControl } from './use-pairing-flow.ts';
import styles from './pairing.module.css';

export type PairingDialogProps = Readonly<{
  /** Renders the choice of a preset of the new peer's permissions, which the page of machines has too. */
  renderPreset: RenderPreset;
}>;

/**
 * Dialog of pairing: the screen on which every pairing begins, then the comparison of the words, and the new machine. Shown while the store's
 * `pairing` is set, and for a pairing that the first run has begun as soon as another machine takes part. Each step is a component; `PairingFlow`
 * decides which one is shown, and calls the agent. Buttons go back, cancel, and at the end open a terminal. Asks before the person leaves a pairing
 * that runs.
 */
export function PairingDialog({ renderPreset }: PairingDialogProps): ReactElement | null {
  const wanted = useApp(({ pairing }) => pairing);
  const control = usePairingOfDialog(wanted);
  if (wanted === undefined && isStart(control.state.step)) return null;
  return <OpenDialog wanted={wanted} control={control} renderPreset={renderPreset} />;
}

type OpenDialogProps = PairingDialogProps & Readonly<{ wanted: Pairing | undefined; control: PairingControl }>;

function OpenDialog({ wanted, control, renderPreset }: OpenDialogProps): ReactElement {
  const { flow, state } = control;
  const { step } = state;
  const isDeploying = useIsDeploying();
  const relayTabs = useRelayTabs(step);
  /** Step in which the person tried to leave; the question is shown in that step only. */
  const [leaving, setLeaving] = useState<PairingStep['at'] | undefined>(undefined);
  const [byHand, setByHand] = useState(false);
  const [handled, setHandled] = useState<Pairing>();
  if (handled !== wanted) {
    setHandled(wanted);
    setByHand(wanted !== undefined && isByHand(wanted));
  }
  // The person has asked for this invitation alone, beside the relay that it leads through.
  const isLinkOnly = wanted?.mode === 'invite-link' && isStart(step);
  const isLeaving = leaving === step.at && flow.isDelicate;

  const leave = (): void => {
    flow.close();
    closePairing();
  };
  const close = (): void => {
    // A second Escape closes where nothing is lost: the comparison can follow later. Elsewhere it means "stay".
    if (isLeaving && step.at === 'words') leave();
    else if (isLeaving) setLeaving(undefined);
    else if (flow.isDelicate) setLeaving(step.at);
    else leave();
  };
  const openTerminal = (peerId: string): void => {
    leave();
    requestTerminal(peerId);
  };
  if (byHand && isStart(step)) return <AddingDialog pairing={wanted} onBack={() => setByHand(false)} onClose={leave} />;
  return (
    <Dialog
      open
      onClose={close}
      returnFocus={codeFieldOfPage}
      title={isLinkOnly ? text('reach.hand-over.title') : titleOf(step, wanted?.again)}
      namesRequests={step.at === 'done'}
      size={(isStart(step) && !isLinkOnly) || step.at === 'words' || step.at === 'done' ? 'large' : 'medium'}
      actions={
        isLeaving ? (
          <LeaveQuestion step={step} onStay={() => setLeaving(undefined)} onLeave={leave} />
        ) : // A task at a server has buttons of its own.
        isDeploying && step.at === 'relay' ? undefined : (
          actionsOf(control, relayTabs, close, leave)
        )
      }
    >
      <PairingAnnouncer state={state} />
      {step.at === 'done' ? (
        <DoneStep control={control} step={step} onTerminal={openTerminal} onClose={leave} renderPreset={renderPreset} />
      ) : isLinkOnly ? (
        <LinkHome control={control} />
      ) : (
        bodyOf(control, step, relayTabs, leave)
      )}
    </Dialog>
  );
}

/** Returns the code's field of the first run, which stands below this dialog and waits for the next code when one was refused; null on other pages. */
function codeFieldOfPage(): HTMLElement | null {
  const fields = [...document.querySelectorAll<HTMLElement>('[data-code-field]')];
  return fields.find((field) => field.closest('[role=dialog]') === null) ?? null;
}

/** @param again quoted name of the machine that is to be paired again */
function titleOf(step: PairingStep, again: string | undefined): string {
  switch (step.at) {
    case 'relay':
      return text('relay.step.title');
    case 'words':
      return text('pairing.words.title');
    case 'forgotten':
      return text('pairing.forgotten.title');
    case 'done':
      return text('pairing.done.title', { name: quoteUntrusted(step.peer.name) });
    default:
      return again === undefined ? text('pairing.title') : text('pairing.title.again', { name: again });
  }
}

function bodyOf(
  control: PairingControl,
  step: Exclude<PairingStep, { at: 'done' }>,
  relayTabs: RelayTabs,
  leave: () => void,
): ReactNode {
  switch (step.at) {
    case 'relay':
      return <RelayStep control={control} step={step} tabs={relayTabs} onClose={leave} />;
    case 'invited':
    case 'joining':
      return <ProgressSteps progress={step.progress} />;
    case 'words':
      return <WordsStep control={control} step={step} />;
    case 'forgotten':
      return <ForgottenStep name={step.name} by={step.by} because={step.because} />;
    default:
      return <PairingHome control={control} />;
  }
}

function actionsOf(control: PairingControl, relayTabs: RelayTabs, close: () => void, leave: () => void): ReactNode {
  const { flow, state } = control;
  const { step } = state;
  const cancel = <Button onClick={close}>{text('pairing.cancel')}</Button>;
  switch (step.at) {
    case 'relay':
      return <RelayActions control={control} step={step} tabs={relayTabs} onClose={close} />;
    case 'invited':
    case 'joining':
      return cancel;
    case 'words':
      return <WordsActions control={control} step={step} onLater={leave} />;
    case 'forgotten':
      return (
        <>
          <Button onClick={close}>{text('pairing.close')}</Button>
          <Button variant="primary" onClick={() => flow.invite(hasRelay(), 'link')}>
            {text('pairing.forgotten.link')}
          </Button>
        </>
      );
    // These steps show their buttons in the body.
    default:
      return undefined;
  }
}

type LeaveQuestionProps = Readonly<{ step: PairingStep; onStay(): void; onLeave(): void }>;

/** Asks the person to confirm leaving an unfinished pairing. The question replaces the dialog's buttons, so that no dialog covers another. */
function LeaveQuestion({ step, onStay, onLeave }: LeaveQuestionProps): ReactElement {
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => stay.current?.focus(), []);
  const isComparing = step.at === 'words';
  return (
    <>
      <p role="alert" className={styles['question']}>
        {isComparing
          ? text('pairing.leave.words', { name: quoteUntrusted(step.result.peer.name) })
          : text('pairing.leave.text')}
      </p>
      <Button onClick={onLeave}>{text(isComparing ? 'pairing.leave.words.stop' : 'pairing.leave.stop')}</Button>
      <Button ref={stay} variant="primary" onClick={onStay}>
        {text(isComparing ? 'pairing.leave.words.stay' : 'pairing.leave.stay')}
      </Button>
    </>
  );
}
