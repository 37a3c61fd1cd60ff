import { Check, Lock } from 'lucide-react';
import { useEffect, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Button, ErrorNotice, LinkDrawing, PairingWordChips, quoteUntrusted } from '../../../ui/index.ts';
import { BrowserLifeChoice, MachineIcon } from '../../peers/index.ts';
import { ownAddress } from '../own-address.ts';
import type { PairingStep } from '../pairing-flow.ts';
import styles from '../pairing.module.css';
import type { PairingControl } from '../use-pairing-flow.ts';
import { useClickGuard } from './use-click-guard.ts';
import { useFocusOnMount } from './use-focus.ts';

type ForgottenStepState = Extract<PairingStep, { at: 'forgotten' }>;
type WordsStepProps = Readonly<{ control: PairingControl; step: Extract<PairingStep, { at: 'words' }> }>;

/**
 * Step of the pairing dialog that shows the four pairing words, which both people compare, with the unconfirmed line to the other machine and the
 * error of the last answer; for a browser also its lifetime. The group of words has the focus, not a button, so that a key pressed for the previous step doesn't confirm or reject.
 */
export function WordsStep({ control: { flow }, step }: WordsStepProps): ReactElement {
  const first = useFocusOnMount<HTMLDivElement>();
  const own = useApp(({ status }) => status?.device.name);
  const { words, peer } = step.result;
  const known = useApp(({ peers }) => peers.find(({ peerId }) => peerId === peer.peerId));
  useEffect(() => flow.followPeer(known), [flow, known]);
  const name = quoteUntrusted(peer.name);
  return (
    <div className={styles['stack']}>
      {step.error !== undefined && <ErrorNotice error={step.error} />}
      <div className={styles['frame']}>
        <LinkDrawing
          text={text('pairing.words.drawing', { name })}
          from={{
            name: own ?? text('discovery.this'),
            address: text('discovery.this'),
            icon: <MachineIcon />,
          }}
          to={{ name, address: ownAddress(peer), icon: <MachineIcon of={known ?? peer} /> }}
          line={{ state: 'standby', label: text('pairing.words.sealed'), mark: <Lock aria-hidden="true" /> }}
        />
      </div>
      <div
        ref={first}
        tabIndex={-1}
        role="group"
        className={styles['words']}
        aria-label={text('pairing.words.label', { words: words.join(' ') })}
      >
        <PairingWordChips words={words} />
      </div>
      {step.label !== undefined && (
        <p className={styles['centred']}>
          {text('pairing.words.account', { name, label: quoteUntrusted(step.label) })}
        </p>
      )}
      <p className={styles['centred']}>{text('pairing.words.text', { name })}</p>
      <p className={styles['centred']}>{text('pairing.words.differ.text', { name })}</p>
      {step.life !== undefined && (
        <BrowserLifeChoice name={name} value={step.life} onChange={(life) => flow.chooseLife(life)} />
      )}
    </div>
  );
}

/**
 * Buttons of `WordsStep`: the words match (`pairing.confirm`), or they differ, which forgets
 * the peer (`peers.forget`), or the comparison waits. They appear in the place of Cancel as soon as the other machine answers, so they ignore clicks for a moment: such a
 * click was meant for Cancel.
 */
export function WordsActions({
  control: { flow },
  step,
  onLater,
}: WordsStepProps & Readonly<{ onLater(): void }>): ReactElement {
  const className = useClickGuard() ? styles['guarded'] : undefined;
  return (
    <>
      <Button size="large" variant="quiet" className={className} onClick={onLater}>
        {text('peers.compare.later')}
      </Button>
      <Button size="large" className={className} busy={step.busy === 'forget'} onClick={() => void flow.reject()}>
        {text('pairing.words.differ')}
      </Button>
      <Button
        variant="primary"
        size="large"
        icon={<Check aria-hidden="true" />}
        className={className}
        busy={step.busy === 'confirm'}
        onClick={() => void flow.confirm()}
      >
        {text('pairing.words.match')}
      </Button>
    </>
  );
}

const FORGOTTEN_TEXTS = {
  here: 'pairing.forgotten.text',
  there: 'pairing.forgot.text',
  words: 'pairing.forgot.words',
} as const;

/**
 * Step after the words differed: says that the peer was removed here, or this machine there, that someone may have intercepted the pairing, and what
 * to do next.
 * @param props.name name of the other machine
 */
export function ForgottenStep({
  name,
  by,
  because,
}: Pick<ForgottenStepState, 'name' | 'by' | 'because'>): ReactElement {
  const differs = by === 'here' || because === 'words';
  const first = useFocusOnMount<HTMLDivElement>();
  return (
    <div ref={first} tabIndex={-1} className={styles['stack']}>
      <p className={styles['strong']}>{text(FORGOTTEN_TEXTS[by === 'here' ? by : (because ?? by)], { name })}</p>
      <p>{text(differs ? 'pairing.forgotten.why' : 'pairing.forgot.why')}</p>
      <p>{text(by === 'here' ? 'pairing.forgotten.next' : 'pairing.forgot.next')}</p>
    </div>
  );
}
