import { ArrowLeft } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { closePairing, openPlainPairing, requestTerminal, useApp, type Pairing } from '../../store/index.ts';
import { Button, Dialog } from '../../ui/index.ts';
import { AddingDialog } from './by-id/adding-dialog.tsx';
import { PairingAnnouncer } from './pairing-announcer.tsx';
import { ChooseStep } from './steps/choose-step.tsx';
import { InviteStep } from './steps/invite-step.tsx';
import { JoinStep } from './steps/join-step.tsx';
import type { PairingStep } from './pairing-flow.ts';
import { ProgressSteps } from './steps/progress-steps.tsx';
import { RelayStep } from './steps/relay-step.tsx';
import { hasRelay, usePairingFlow, type PairingControl } from './use-pairing-flow.ts';
import { rightsText } from './steps/rights-text.ts';
import { DoneStep, ForgottenStep, WordsActions, WordsStep } from './steps/words-step.tsx';
import styles from './pairing.module.css';

/**
 * Dialog of pairing: choose a side, create or enter a code or link, compare the words, name the new peer. Shown while the store's `pairing` is set.
 * Each step is a component of `steps/`; `PairingFlow` decides which one is shown, and calls the agent. Buttons go back, cancel, open the dialog that
 * pairs by ID, and at the end open a terminal. Asks before the person leaves a pairing that runs.
 */
export function PairingDialog(): ReactElement | null {
  const wanted = useApp(({ pairing }) => pairing);
  return wanted === undefined ? null : <OpenDialog wanted={wanted} />;
}

function OpenDialog({ wanted }: Readonly<{ wanted: Pairing }>): ReactElement {
  const control = usePairingFlow(wanted);
  const { flow, state } = control;
  const { step } = state;
  const formId = useId();
  /** Step in which the person tried to leave; the question is shown in that step only. */
  const [leaving, setLeaving] = useState<PairingStep['at'] | undefined>(undefined);
  const [byHand, setByHand] = useState(false);
  const [handled, setHandled] = useState<Pairing>();
  if (handled !== wanted) {
    setHandled(wanted);
    if (wanted.mode === 'by-hand') setByHand(true);
  }
  const isLeaving = leaving === step.at && flow.isDelicate;

  const close = (): void => {
    // A second Escape means "stay".
    if (isLeaving) setLeaving(undefined);
    else if (flow.isDelicate) setLeaving(step.at);
    else closePairing();
  };
  const openTerminal = (peerId: string): void => {
    closePairing();
    requestTerminal(peerId);
  };
  if (byHand && step.at === 'choose') return <AddingDialog onBack={() => setByHand(false)} onClose={closePairing} />;
  return (
    <Dialog
      open
      onClose={close}
      title={titleOf(step)}
      actions={
        isLeaving ? (
          <LeaveQuestion step={step} onStay={() => setLeaving(undefined)} onLeave={closePairing} />
        ) : (
          actionsOf(control, formId, close)
        )
      }
    >
      <PairingAnnouncer step={step} />
      {bodyOf(control, formId, openTerminal)}
      {step.at === 'choose' && (
        <div className={styles['by-hand']}>
          <Button variant="quiet" size="small" onClick={() => setByHand(true)}>
            {text('adding.link')}
          </Button>
          <Button variant="quiet" size="small" onClick={() => openPlainPairing()}>
            {text('plain-relays.pair.link')}
          </Button>
        </div>
      )}
    </Dialog>
  );
}

function titleOf(step: PairingStep): string {
  switch (step.at) {
    case 'choose':
      return text('pairing.choose.title');
    case 'relay':
      return text('relay.step.title');
    case 'preparing':
    case 'waiting':
    case 'expired':
    case 'failed':
      return text('pairing.invite.title');
    case 'enter':
    case 'joining':
      return text('pairing.join.title');
    case 'words':
      return text('pairing.words.title');
    case 'forgotten':
      return text('pairing.forgotten.title');
    case 'done':
      return text('pairing.done.title');
  }
}

function bodyOf(control: PairingControl, formId: string, onTerminal: (peerId: string) => void): ReactNode {
  const { flow, state } = control;
  const { step } = state;
  switch (step.at) {
    case 'choose':
      return (
        <>
          <p className={styles['lead']}>{text('pairing.choose.text')}</p>
          <ChooseStep onJoin={() => flow.enter()} onInvite={() => flow.invite(hasRelay())} />
        </>
      );
    case 'relay':
      return <RelayStep control={control} step={step} />;
    case 'preparing':
    case 'waiting':
    case 'expired':
    case 'failed':
      return <InviteStep control={control} step={step} />;
    case 'enter':
      return <JoinStep control={control} step={step} formId={formId} />;
    case 'joining':
      return <ProgressSteps progress={step.progress} />;
    case 'words':
      return <WordsStep control={control} step={step} />;
    case 'forgotten':
      return <ForgottenStep name={step.name} />;
    case 'done':
      return <DoneStep control={control} step={step} onTerminal={onTerminal} onClose={closePairing} />;
  }
}

function actionsOf(control: PairingControl, formId: string, close: () => void): ReactNode {
  const { flow, state } = control;
  const { step } = state;
  const back = (
    <Button variant="quiet" icon={<ArrowLeft />} className={styles['back']} onClick={() => flow.back()}>
      {text('pairing.back')}
    </Button>
  );
  const cancel = <Button onClick={close}>{text('pairing.cancel')}</Button>;
  switch (step.at) {
    // These steps show their buttons in the body.
    case 'choose':
    case 'done':
      return undefined;
    case 'relay':
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
          {cancel}
        </>
      );
    case 'enter':
      return (
        <>
          {back}
          {cancel}
          <Button type="submit" form={formId} variant="primary">
            {text('pairing.join.submit')}
          </Button>
        </>
      );
    case 'preparing':
    case 'expired':
    case 'failed':
      return (
        <>
          {back}
          {cancel}
        </>
      );
    case 'waiting':
      return (
        <>
          {step.progress === undefined && back}
          {cancel}
        </>
      );
    case 'joining':
      return cancel;
    case 'words':
      return <WordsActions control={control} step={step} />;
    case 'forgotten':
      return (
        <>
          <Button onClick={close}>{text('pairing.close')}</Button>
          <Button variant="primary" onClick={() => flow.invite(hasRelay(), 'link')}>
            {text('pairing.forgotten.link')}
          </Button>
        </>
      );
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
          ? text('pairing.leave.words', { name: step.result.peer.name, rights: rightsText(step.result.peer) })
          : text('pairing.leave.text')}
      </p>
      <Button onClick={onLeave}>{text(isComparing ? 'pairing.leave.words.stop' : 'pairing.leave.stop')}</Button>
      <Button ref={stay} variant="primary" onClick={onStay}>
        {text(isComparing ? 'pairing.leave.words.stay' : 'pairing.leave.stay')}
      </Button>
    </>
  );
}
