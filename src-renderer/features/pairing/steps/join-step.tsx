import { useLayoutEffect, useRef, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { openPlainPairing, useApp } from '../../../store/index.ts';
import { Banner, Button, Field, Switch, TextInput } from '../../../ui/index.ts';
import { formatTyped, moveCaret, readPlainCode, readTyped, type TypedSecret } from '../code-input.ts';
import type { PairingStep } from '../pairing-flow.ts';
import styles from '../pairing.module.css';
import { useFocusOnMount } from './use-focus.ts';
import { hasRelay, type PairingControl } from '../use-pairing-flow.ts';
import { Scan } from '../qr/scan.tsx';
import { PairingErrorNotice } from './pairing-error-notice.tsx';

/** Placeholder of the field, not translated. */
const EXAMPLE = 'ABCD-1234';

export type JoinStepProps = Readonly<{
  control: PairingControl;
  step: Extract<PairingStep, { at: 'enter' }>;
  /** ID of the form, for the dialog's submit button outside of it. */
  formId: string;
}>;

/**
 * Step of the joiner in the pairing dialog: a field for a code or link, a QR scanner that fills the field, and the switch that lets the other machine
 * open terminals here without asking (granted after the words are confirmed; a scanned link turns it off). Shows the error of the last attempt with
 * its next steps. Changes only the pairing flow; nothing is contacted before the person submits or chooses such a step.
 */
export function JoinStep({ control: { flow, state }, step, formId }: JoinStepProps): ReactElement {
  const input = useFocusOnMount<HTMLInputElement>();
  const caret = useRef<number | undefined>(undefined);
  const hasNoRelay = useApp(({ status }) => status !== undefined && status.relay.url === null);
  const { typed } = state;
  const read = readTyped(typed);
  const plainCode = readPlainCode(typed);

  // Formatting changed the text, and the browser would move the cursor to its end.
  useLayoutEffect(() => {
    if (caret.current !== undefined) input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });

  const focus = (): void => {
    input.current?.focus();
    input.current?.select();
  };
  const isFieldError = step.error !== undefined && isAboutTyping(step.error);
  return (
    <form
      id={formId}
      className={styles['stack']}
      onSubmit={(event) => {
        event.preventDefault();
        flow.join();
        focus();
      }}
    >
      {step.error !== undefined && !isFieldError && (
        <PairingErrorNotice
          error={step.error}
          side="join"
          onNextStep={(next) => {
            if (next === 'again') flow.join();
            else if (next === 'relay') flow.askForRelay('join', step.error);
            else if (next === 'invite-here') flow.invite(hasRelay());
            else {
              flow.enter(next === 'correct' ? typed : '');
              focus();
            }
          }}
        />
      )}
      <Field
        label={text('pairing.join.field')}
        hint={<span data-kind={read.kind}>{hintOf(read)}</span>}
        error={errorOf(read, isFieldError)}
      >
        <TextInput
          ref={input}
          mono
          className={styles['code-field']}
          data-kind={read.kind}
          placeholder={EXAMPLE}
          autoCapitalize="characters"
          maxLength={1024}
          value={typed}
          onChange={(raw) => {
            const position = input.current?.selectionStart ?? raw.length;
            caret.current = moveCaret(raw, position, formatTyped(raw));
            flow.type(raw);
          }}
        />
      </Field>
      {plainCode !== undefined && (
        <Banner
          tone="info"
          action={
            <Button size="small" onClick={() => openPlainPairing(plainCode)}>
              {text('plain-relays.pair.link')}
            </Button>
          }
        >
          {text('pairing.join.plain-code')}
        </Banner>
      )}
      <Scan
        onLink={(link) => {
          // Anyone can have made the link, so a permission that was chosen for another machine is cleared.
          flow.setAllow(false);
          flow.enter(link);
          input.current?.focus();
        }}
      />
      {hasNoRelay && read.kind !== 'link' && <p className={styles['lead']}>{text('pairing.join.here')}</p>}
      <Switch
        label={text('pairing.allow')}
        description={text(state.allow ? 'pairing.allow.on' : 'pairing.allow.off')}
        checked={state.allow}
        onChange={(allow) => flow.setAllow(allow)}
      />
    </form>
  );
}

function hintOf(read: TypedSecret): string {
  if (read.kind === 'code') return text('pairing.join.hint.code');
  if (read.kind !== 'link') return text('pairing.join.hint');
  const { inviter, relayUrl, addresses } = read.link;
  const device = inviter.slice(0, 7);
  if (relayUrl === undefined) return text('pairing.join.hint.link-here', { device, address: addresses[0] ?? '' });
  return text('pairing.join.hint.link', { device, relay: relayUrl });
}

/**
 * Returns the error of the field's text; undefined while the text is valid so far.
 * @param submitted true if the last attempt failed because of this text
 */
function errorOf(read: TypedSecret, submitted: boolean): string | undefined {
  if (read.kind === 'invalid')
    return text(read.error.code === 'pairing.link-format' ? 'pairing.join.invalid.link' : 'pairing.join.invalid.code');
  if (!submitted) return undefined;
  if (read.kind === 'empty') return text('pairing.join.empty');
  return read.kind === 'partial' ? text('pairing.join.incomplete') : undefined;
}

function isAboutTyping(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'pairing.code-format' || error.code === 'pairing.link-format')
  );
}
