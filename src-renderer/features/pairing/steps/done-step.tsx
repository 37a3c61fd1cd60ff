import { useId, useState, type ReactElement, type ReactNode } from 'react';
import { isUsableName, type PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { navigate, useApp, useIsBrowserMachine, useIsWithout } from '../../../store/index.ts';
import {
  Banner,
  Button,
  ErrorNotice,
  Field,
  LinkDrawing,
  PairingWordChips,
  TextInput,
  classes,
  quoteUntrusted,
  useNow,
  type LinkLine,
} from '../../../ui/index.ts';
import { MachineIcon, presetOf, rightsThere, useTargets } from '../../peers/index.ts';
import type { PairingStep } from '../pairing-flow.ts';
import styles from '../pairing.module.css';
import type { PairingControl } from '../use-pairing-flow.ts';
import { ownAddress } from '../own-address.ts';
import { openTargets, rightsText, rightsThereText } from './rights-text.ts';
import { useFocusOnMount } from './use-focus.ts';

/** Renders the choice of a preset of the peer's permissions. */
export type RenderPreset = (peer: PeerView) => ReactNode;

type DoneStepProps = Readonly<{
  control: PairingControl;
  step: Extract<PairingStep, { at: 'done' }>;
  onTerminal(peerId: string): void;
  onClose(): void;
  renderPreset: RenderPreset;
}>;

/**
 * Last step: draws the line to the new machine, says what each may do on the other, as far as it serves anything, and until they are confirmed there that the words still have to be, offers a preset of its permissions here, a field for its name,
 * and buttons to open a terminal or close. A request that arrives meanwhile is named, with a button that leads to it. The agent saves the name when the field or the step is left. Sets no permission itself.
 */
export function DoneStep({ control: { flow }, step, onTerminal, onClose, renderPreset }: DoneStepProps): ReactElement {
  // The store has the peer's link, which is made after the pairing.
  const peer = useApp(({ peers }) => peers.find(({ peerId }) => peerId === step.peer.peerId)) ?? step.peer;
  // The notice of a new request waits below dialogs, and the request for an answer.
  const asking = useApp(({ approvals }) => approvals.at(-1));
  const formId = useId();
  const now = useNow();
  const { known = [], approved } = useTargets(peer.peerId);
  const targets = { known, approved };
  const first = useFocusOnMount<HTMLButtonElement>();
  const isWithin = useIsWithout('network');
  // It serves no terminals.
  const isBrowser = peer.browser !== undefined;
  const asksFirst = !isBrowser && rightsThere(peer, now)?.terminal === 'ask';
  const [name, setName] = useState(step.peer.name);
  const [error, setError] = useState<unknown>(undefined);
  const [saved, setSaved] = useState(false);
  const isValid = isUsableName(name.trim());

  /** Saves the name. @returns whether the dialog may close; an unusable name keeps it open */
  const save = async (): Promise<boolean> => {
    if (!isValid) return false;
    const isNew = name.trim() !== step.peer.name;
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
    <div className={classes(styles['stack'], styles['done'])}>
      {asking !== undefined && (
        <Banner
          tone="info"
          action={
            <Button
              size="small"
              onClick={() =>
                void saveAnd(() => {
                  onClose();
                  navigate({ page: 'inbox', request: asking.id });
                })
              }
            >
              {text('inbox.notice.open')}
            </Button>
          }
        >
          <span role="status">{text('pairing.done.request', { name: quoteUntrusted(asking.peerName) })}</span>
        </Banner>
      )}
      <PairedLine peer={peer} />
      {step.words !== undefined && <KnownWords words={step.words} />}
      {error !== undefined && <ErrorNotice error={error} />}
      <div className={styles['card']}>
        {/* A browser serves nothing that a machine could ask for. */}
        {!isWithin && (
          <div className={styles['preset']}>
            <div className={styles['preset-words']}>
              <p role="status" className={styles['strong']}>
                {/* A preset says the rest itself, but for targets that don't ask. */}
                {isBrowser || presetOf(peer) === undefined || openTargets(peer, targets, now).length > 0
                  ? rightsText(peer, targets, now)
                  : text('access.title', { name: quoteUntrusted(peer.name) })}
              </p>
            </div>
            {/* Nothing that a browser may do lasts. */}
            {!isBrowser && renderPreset(peer)}
          </div>
        )}
        <div>
          <p id={`${formId}-there`} className={styles['strong']}>
            {rightsThereText(peer, now)}
          </p>
          {step.words === undefined && peer.comparedThere !== true && (
            <p className={styles['note']}>{text('pairing.done.both', { name: quoteUntrusted(peer.name) })}</p>
          )}
        </div>
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
      </div>
      <div className={styles['end']}>
        <Button
          size="large"
          onClick={() => void saveAnd(onClose)}
          {...(isBrowser && { ref: first, 'data-autofocus': '', variant: 'primary' as const })}
        >
          {text('pairing.done.close')}
        </Button>
        {!isBrowser && (
          <Button
            ref={first}
            data-autofocus=""
            size="large"
            variant="primary"
            aria-describedby={asksFirst ? `${formId}-there` : undefined}
            onClick={() => void saveAnd(() => onTerminal(step.peer.peerId))}
          >
            {text('pairing.done.terminal')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Says why the words aren't compared again, and shows them for the other machine, which may ask about them. */
function KnownWords({ words }: Readonly<{ words: readonly string[] }>): ReactElement {
  return (
    <div className={styles['known']}>
      <p className={styles['centred']}>{text('pairing.done.known')}</p>
      <PairingWordChips words={words} />
    </div>
  );
}

function PairedLine({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const own = useApp(({ status }) => status?.device.name);
  const here = text(useIsBrowserMachine() ? 'pairing.done.here.browser' : 'discovery.this');
  const name = quoteUntrusted(peer.name);
  const line = lineOf(peer);
  return (
    <>
      <div className={styles['frame']}>
        <LinkDrawing
          draws
          text={text('pairing.done.drawing', { name })}
          from={{
            name: own ?? here,
            address: here,
            icon: <MachineIcon />,
          }}
          to={{ name, address: ownAddress(peer), icon: <MachineIcon of={peer} /> }}
          line={line}
        />
      </div>
      <p className={styles['centred']}>{text(`pairing.done.path.${pathOf(peer)}`)}</p>
    </>
  );
}

function lineOf(peer: PeerView): LinkLine {
  return { state: 'used', label: text(`pairing.done.line.${pathOf(peer)}`) };
}

/** Returns the kind of the path, as the sentence below the drawing needs it. */
function pathOf({ path }: PeerView): 'direct' | 'relay' | 'sealed' {
  if (path === 'relay') return 'relay';
  return path === 'direct' ? 'direct' : 'sealed';
}
