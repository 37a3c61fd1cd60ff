import { ShieldCheck } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import { isUsableName } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, ErrorNotice, Field, TextInput, PairingWordChips } from '../../../ui/index.ts';
import type { PairingStep } from '../pairing-flow.ts';
import styles from '../pairing.module.css';
import { rightsText } from './rights-text.ts';
import { useFocusOnMount } from './use-focus.ts';
import { useClickGuard } from './use-click-guard.ts';
import type { PairingControl } from '../use-pairing-flow.ts';

type WordsStepProps = Readonly<{ control: PairingControl; step: Extract<PairingStep, { at: 'words' }> }>;

/**
 * Step of the pairing dialog that shows the four pairing words, which both people compare, the permission that a match grants, and the error of the
 * last answer. The group of words has the focus, not a button, so that a key pressed for the previous step doesn't confirm or reject.
 */
export function WordsStep({ control: { state }, step }: WordsStepProps): ReactElement {
  const first = useFocusOnMount<HTMLDivElement>();
  const { words, peer } = step.result;
  const { name } = peer;
  return (
    <div className={styles['stack']}>
      {step.error !== undefined && <ErrorNotice error={step.error} />}
      <p className={styles['lead']}>{text('pairing.words.text', { name })}</p>
      <div
        ref={first}
        tabIndex={-1}
        role="group"
        className={styles['words']}
        aria-label={text('pairing.words.label', { words: words.join(' ') })}
      >
        <PairingWordChips words={words} />
      </div>
      <p className={styles['note']}>{text('pairing.words.differ.text', { name })}</p>
      {state.allow && <p className={styles['note']}>{text('pairing.words.allow', { name })}</p>}
    </div>
  );
}

/**
 * Buttons of `WordsStep`: the words match (`pairing.confirm`, then `rights.set` if the person chose the permission), or they differ, which forgets
 * the peer (`peers.forget`). They appear in the place of Cancel as soon as the other machine answers, so they ignore clicks for a moment: such a
 * click was meant for Cancel.
 */
export function WordsActions({ control: { flow }, step }: WordsStepProps): ReactElement {
  const className = useClickGuard() ? styles['guarded'] : undefined;
  return (
    <>
      <Button
        variant="danger"
        size="large"
        className={className}
        busy={step.busy === 'forget'}
        onClick={() => void flow.reject()}
      >
        {text('pairing.words.differ')}
      </Button>
      <Button
        variant="primary"
        size="large"
        className={className}
        busy={step.busy === 'confirm'}
        onClick={() => void flow.confirm()}
      >
        {text('pairing.words.match')}
      </Button>
    </>
  );
}

/**
 * Step after the words differed: says that the peer was removed, that someone may have intercepted the pairing, and what to do next.
 * @param props.name name of the removed peer
 */
export function ForgottenStep({ name }: Readonly<{ name: string }>): ReactElement {
  const first = useFocusOnMount<HTMLDivElement>();
  return (
    <div ref={first} tabIndex={-1} className={styles['stack']}>
      <p className={styles['strong']}>{text('pairing.forgotten.text', { name })}</p>
      <p>{text('pairing.forgotten.why')}</p>
      <p>{text('pairing.forgotten.next')}</p>
    </div>
  );
}

type DoneStepProps = Readonly<{
  control: PairingControl;
  step: Extract<PairingStep, { at: 'done' }>;
  onTerminal(peerId: string): void;
  onClose(): void;
}>;

/**
 * Last step: shows the new peer with its permissions here, errors, a field for its name, and buttons to open a terminal or close. The agent saves the
 * name when the field or the step is left.
 */
export function DoneStep({ control: { flow }, step, onTerminal, onClose }: DoneStepProps): ReactElement {
  const { peer } = step;
  const formId = useId();
  const terminal = useFocusOnMount<HTMLButtonElement>();
  const [name, setName] = useState(peer.name);
  const [error, setError] = useState<unknown>(undefined);
  const [saved, setSaved] = useState(false);
  const isValid = isUsableName(name.trim());

  /** Saves the name. @returns whether the dialog may close; an unusable name keeps it open */
  const save = async (): Promise<boolean> => {
    if (!isValid) return false;
    const isNew = name.trim() !== peer.name;
    try {
      await flow.rename(name.trim());
      setError(undefined);
      if (isNew) setSaved(true);
      return true;
    } catch (renameError) {
      setError(renameError);
      return false;
    }
  };
  const saveAnd = async (then: () => void): Promise<void> => {
    if (await save()) then();
  };

  return (
    <div className={styles['stack']}>
      <p className={styles['paired']}>
        <ShieldCheck aria-hidden="true" />
        <span>
          {text('pairing.done.text', { name: peer.name })} {rightsText(peer)}
        </span>
      </p>
      {step.error !== undefined && <ErrorNotice error={step.error} />}
      {error !== undefined && <ErrorNotice error={error} />}
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          label={text('pairing.done.name')}
          hint={text(saved ? 'pairing.done.name.saved' : 'pairing.done.name.hint')}
          error={isValid ? undefined : text('pairing.done.name.invalid')}
        >
          <TextInput
            value={name}
            maxLength={64}
            onChange={(next) => {
              setName(next);
              setSaved(false);
            }}
            onBlur={() => void save()}
          />
        </Field>
      </form>
      <div className={styles['end']}>
        <Button size="large" onClick={() => void saveAnd(onClose)}>
          {text('pairing.done.close')}
        </Button>
        <Button
          ref={terminal}
          size="large"
          variant="primary"
          onClick={() => void saveAnd(() => onTerminal(peer.peerId))}
        >
          {text('pairing.done.terminal')}
        </Button>
      </div>
    </div>
  );
}
