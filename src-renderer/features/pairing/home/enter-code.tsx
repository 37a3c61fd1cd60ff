import { useEffect, useId, useRef, type ReactElement } from 'react';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { joinList, text } from '../../../locale/index.ts';
import { openPairing, openPlainPairing, type ChosenMachine } from '../../../store/index.ts';
import { Banner, Button, Field, Prose, TextInput } from '../../../ui/index.ts';
import { isTooLong, isWholeAddLink, readPlainCode, readTyped, type TypedSecret } from '../code-input.ts';
import { Scan } from '../qr/scan.tsx';
import type { NextStep } from '../steps/next-steps.ts';
import { PairingErrorNotice } from '../steps/pairing-error-notice.tsx';
import { hasRelay, type PairingControl } from '../use-pairing-flow.ts';
import { CodeBoxes } from './code-boxes.tsx';
import { StepHeading } from './step-heading.tsx';
import styles from './home.module.css';

export type EnterCodeProps = Readonly<{
  control: PairingControl;
  /** Machine of the network whose code is entered; undefined for any. */
  from?: ChosenMachine | undefined;
  /** Number of this step, where the one before it stands beside; undefined without a machine that was chosen. */
  step?: number | undefined;
  /** True if nothing here can find the machine that shows the code, so that its address is needed. */
  needsAddress?: boolean;
  /** Machines that were found in this network and aren't paired. */
  found?: readonly ChosenMachine[] | undefined;
}>;

/**
 * Half of the pairing screen for the machine that joins: eight boxes for the code, which also take a link, a QR scanner that fills them, and a field for
 * the address where it is needed or was asked for. Shows the
 * error of the last attempt with its next steps. Changes only the pairing flow; nothing is contacted before the person submits or chooses such a
 * step.
 */
export function EnterCode({
  control: { flow, state },
  from,
  step: number = from === undefined ? undefined : 2,
  needsAddress = false,
  found = NONE,
}: EnterCodeProps): ReactElement {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const { typed, step } = state;
  const read = readTyped(typed);
  const plainCode = readPlainCode(typed);
  const error = step.at === 'enter' ? step.error : undefined;
  // Changes with the machine that the person chooses, so that the field gets the focus again.
  const focusedFor = step.at === 'enter' ? (from?.address ?? '') : undefined;

  const focus = (): void => {
    input.current?.focus();
    input.current?.select();
  };
  useEffect(() => {
    if (focusedFor === undefined) return;
    input.current?.focus({ preventScroll: true });
    // What is there already was typed for another machine, or refused: typing replaces it.
    input.current?.select();
  }, [focusedFor]);

  // Who starts the application with a code at hand can type it at once.
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body)
      input.current?.focus({ preventScroll: true });
  }, []);

  // A click beside the field takes the focus from it, and the person types on.
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (document.activeElement === document.body && isForCode(event)) input.current?.focus({ preventScroll: true });
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);

  // The person has asked for the field.
  const isAddressed = state.at !== undefined;
  const addressInput = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isAddressed) addressInput.current?.focus();
  }, [isAddressed]);

  // From the first character on, and while the person is here, this is the button to press next.
  const isMain = step.at === 'enter' || read.kind === 'code' || read.kind === 'link';
  const isFieldError = error !== undefined && isAboutTyping(error);
  // The code stays, selected, so that the new one replaces it: the sentence needs no button.
  const isWrong = error !== undefined && errorCode(error) === 'pairing.wrong-code';
  // The text stays, selected, because it may only be mistyped; the other ways stand below the field.
  const isMissing = error !== undefined && errorCode(error) === 'pairing.not-found';
  const isAddressMissing = isMissing && needsAddress && (state.at ?? '').trim() === '';
  // The machine answered: only the code, or the typed address, can be wrong.
  const isOther = error !== undefined && errorCode(error) === 'pairing.not-there';
  const sentence = isWrong
    ? text('pairing.join.wrong')
    : isMissing && !isAddressMissing
      ? missingText(found)
      : isOther
        ? otherText(error, from === undefined ? found : [from])
        : undefined;
  const takeStep = (next: NextStep): void => {
    if (next === 'again') flow.join();
    else if (next === 'relay') flow.askForRelay('join', error);
    else if (next === 'invite-here') flow.invite(hasRelay());
    else if (next === 'address') {
      flow.typeAddress(state.at ?? '');
      addressInput.current?.focus();
    } else {
      flow.enter(next === 'correct' ? typed : '');
      focus();
    }
  };
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (error === undefined) return;
    if (isAddressMissing) addressInput.current?.focus();
    else input.current?.select();
    // Its next step may lie below the edge.
    section.current?.scrollIntoView({ block: 'nearest' });
  }, [error, isAddressMissing]);
  return (
    <section ref={section} className={styles['half']} aria-labelledby={id}>
      {number === undefined ? (
        <>
          <h2 id={id} className={styles['heading']}>
            {text('pairing.enter.title')}
          </h2>
          <p className={styles['sub']}>{text('pairing.enter.text')}</p>
        </>
      ) : (
        <StepHeading id={id} number={number}>
          {text('pairing.chosen.enter')}
        </StepHeading>
      )}
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault();
          flow.join();
          focus();
        }}
      >
        <Field
          label={text('pairing.join.field')}
          hideLabel
          hint={
            !isMissing &&
            !isOther && (
              <span data-kind={read.kind}>
                <Prose>{hintOf(read, from !== undefined)}</Prose>
              </span>
            )
          }
          error={sentence ?? errorOf(typed, read, isFieldError)}
        >
          <CodeBoxes
            input={input}
            typed={typed}
            kind={read.kind}
            onType={(raw) => (isWholeAddLink(raw) ? openPairing('by-hand', raw.trim()) : flow.type(raw))}
          />
        </Field>
        {(state.at !== undefined || needsAddress) && read.kind !== 'link' && (
          <Field
            label={text('pairing.join.address')}
            hint={text('pairing.join.address.hint')}
            error={isAddressMissing ? text('pairing.join.address.missing') : undefined}
          >
            <TextInput
              ref={addressInput}
              mono
              maxLength={300}
              value={state.at ?? ''}
              onChange={(typedAddress) => flow.typeAddress(typedAddress)}
            />
          </Field>
        )}
        <Scan
          onLink={(link) => {
            if (isWholeAddLink(link)) openPairing('by-hand', link);
            else flow.enter(link);
            input.current?.focus();
          }}
        >
          <Button type="submit" variant={isMain ? 'primary' : 'secondary'}>
            {text('pairing.join.submit')}
          </Button>
        </Scan>
      </form>
      {(isMissing || isOther) && (
        <div className={styles['ways']}>
          {(isOther ? (['correct'] as const) : needsAddress ? (['relay'] as const) : MISSING_WAYS).map((next) => (
            <Button key={next} size="small" onClick={() => takeStep(next)}>
              {text(`pairing.remedy.${next}`)}
            </Button>
          ))}
        </div>
      )}
      {error !== undefined && !isFieldError && !isWrong && !isMissing && !isOther && (
        <PairingErrorNotice error={error} side="join" onNextStep={takeStep} />
      )}
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
    </section>
  );
}

const NONE: readonly ChosenMachine[] = [];

/** Next steps, below the field, for a code that no machine of the network shows. */
const MISSING_WAYS = ['address', 'relay'] as const;

/** Says that no machine of the network shows the code, and names those that show another one. */
function missingText(found: readonly ChosenMachine[]): string {
  const names = found.filter(({ inviting }) => inviting).map(({ name }) => name);
  return names.length === 0
    ? text('pairing.join.missing')
    : text('pairing.join.other', { count: names.length, names: joinList(names) });
}

/**
 * Says that the machine that was asked doesn't show the code, by its name where it is known.
 * @param error `pairing.not-there`
 */
function otherText(error: unknown, known: readonly ChosenMachine[]): string {
  const { address = '' } = error instanceof ClawReachError ? error.details : {};
  const machine = known.find((one) => one.address === address);
  if (machine === undefined) return text('pairing.join.not-there', { address: String(address) });
  const { name, inviting } = machine;
  return inviting
    ? text('pairing.join.other-there', { name })
    : text('pairing.join.none-there', { name, button: text('pairing.show.code') });
}

function hintOf(read: TypedSecret, isChosen: boolean): string {
  if (read.kind !== 'link') return text(isChosen ? 'pairing.join.hint.chosen' : 'pairing.join.hint');
  const button = text('pairing.join.submit');
  const { inviter, relayUrl, addresses } = read.link;
  const device = inviter.slice(0, 7);
  if (relayUrl === undefined)
    return text('pairing.join.hint.link-here', { device, address: addresses[0] ?? '', button });
  return text('pairing.join.hint.link', { device, relay: relayUrl, button });
}

/**
 * Returns the error of the field's text; undefined while the text is valid so far.
 * @param submitted true if the last attempt failed because of this text
 */
function errorOf(typed: string, read: TypedSecret, submitted: boolean): string | undefined {
  if (read.kind === 'invalid') {
    if (read.error.code === 'pairing.link-format') return text('pairing.join.invalid.link');
    return text(isTooLong(typed) ? 'pairing.join.invalid.long' : 'pairing.join.invalid.code');
  }
  if (!submitted) return undefined;
  if (read.kind === 'empty') return text('pairing.join.empty');
  return read.kind === 'partial' ? text('pairing.join.incomplete') : undefined;
}

/** Reports whether a key types a character of a code, or pastes. */
function isForCode({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (altKey) return false;
  if (ctrlKey || metaKey) return key.toLowerCase() === 'v';
  return /^[0-9a-z]$/i.test(key);
}

function isAboutTyping(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'pairing.code-format' || error.code === 'pairing.link-format')
  );
}
