import { useEffect, useId, useRef, useState, type ReactElement, type RefObject } from 'react';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { groupPin } from '#shared/relay-dialer/index.ts';
import { text } from '../../../locale/index.ts';
import { useApi, useApp } from '../../../store/index.ts';
import { Button, ErrorNotice, Field, Switch, TextInput } from '../../../ui/index.ts';
import styles from '../pairing.module.css';
import {
  EMPTY_RELAY_FIELDS,
  relayFieldProblems,
  setUpRelay,
  type RelayFieldProblem,
  type RelayFields,
} from './relay-setup.ts';
import { readRelayUrl } from './relay-url.ts';
import { TrustPin } from './trust-pin.tsx';

/** Placeholder of the address field, not translated. */
const EXAMPLE = 'wss://relay.example.org:7474';

export type RelayFormProps = Readonly<{
  /**
   * Purpose of the relay. For `join`, the relay need not know this device yet: the inviter admits it during the pairing, so an admission token is
   * optional. `both`, in the first run and the settings: if the relay asks for a token, the person may go on without one.
   */
  purpose: 'invite' | 'join' | 'both';
  /** URL of the relay that is configured already; empty for none. */
  url?: string | undefined;
  /** Error of the configured relay, which the form shows first, such as a pin that the person has to compare; undefined without one. */
  cause?: unknown;
  /** Called when the person gives up; without it, the dialog around the form has a button for that. */
  onCancel?: (() => void) | undefined;
  /** Called when the relay is ready; for `join` also if it hasn't admitted this device yet, for `both` when the person goes on without a token. */
  onReady(): void;
}>;

/**
 * Form that configures the relay of this device: address, admission token and pin, and for `ws://` a switch that allows a connection without TLS.
 * `setUpRelay` passes them to the agent, which contacts the relay; the form stays open until the relay has answered, and a button stops the wait.
 * Shows errors, and asks the person to compare the pin of a relay that no authority has certified. Used in the dialogs that pair, in the first run
 * and in the settings.
 */
export function RelayForm({ purpose, url = '', cause, onCancel, onReady }: RelayFormProps): ReactElement {
  const api = useApi();
  const relay = useApp(({ status }) => status?.relay);
  const used = relay?.url ?? null;
  const formId = useId();
  const [typed, setTyped] = useState<RelayFields>(() => ({ ...EMPTY_RELAY_FIELDS, url }));
  const [isPinTyped, setPinTyped] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<RelayFieldProblem['field']>>(new Set());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(cause);
  const running = useRef<AbortController | undefined>(undefined);
  const urlInput = useRef<HTMLInputElement>(null);
  const admissionInput = useRef<HTMLInputElement>(null);
  const pinInput = useRef<HTMLInputElement>(null);
  const typedUrl = readRelayUrl(typed.url);
  const code = error === undefined ? undefined : errorCode(error);
  // The present relay keeps its fingerprint, unless that is what doesn't fit.
  const isPresent = typedUrl.kind === 'relay' && typedUrl.url === used;
  const pin = isPresent && !isPinProblem(code) && !isPinProblem(relay?.problem) ? relay?.pin : undefined;
  const fields = isPinTyped || pin === undefined ? typed : { ...typed, pin: groupPin(pin) };
  const problems = relayFieldProblems(fields);

  useEffect(() => () => running.current?.abort(), []);
  // Focuses the field that the error is about.
  useEffect(() => {
    focusFor(code, { url: urlInput, admission: admissionInput, pin: pinInput });
  }, [code]);

  const set = (change: Partial<RelayFields>): void => {
    if (change.pin !== undefined) setPinTyped(true);
    setTyped((before) => ({ ...before, ...change }));
  };
  const leave = (...names: readonly RelayFieldProblem['field'][]): void =>
    setLeft((before) => new Set([...before, ...names]));
  const problem = (field: RelayFieldProblem['field']): string | undefined => {
    const found = problems.find((candidate) => candidate.field === field);
    return found === undefined || !left.has(field) ? undefined : problemText(found);
  };

  const connect = async (wanted: RelayFields, isJoining = purpose === 'join'): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setBusy(true);
    setError(undefined);
    try {
      await setUpRelay(api, wanted, isJoining, controller.signal);
      if (!controller.signal.aborted) onReady();
    } catch (failure) {
      if (!controller.signal.aborted) setError(failure);
    } finally {
      if (running.current === controller) setBusy(false);
    }
  };
  const submit = (): void => {
    leave('url', 'pin', 'insecure');
    const first = problems[0];
    if (first === undefined) void connect(fields);
    else if (first.field === 'pin') pinInput.current?.focus();
    else if (first.field === 'url') urlInput.current?.focus();
  };
  // The text of `relay.not-changed` says it itself.
  const kept =
    used !== null && code !== 'relay.not-changed' && typedUrl.kind === 'relay' && typedUrl.url !== used
      ? text('relay.form.kept', { url: used })
      : undefined;
  const seenPin = code === 'relay.untrusted' && error instanceof ClawReachError ? error.details['pin'] : undefined;

  return (
    <form
      id={formId}
      className={styles['stack']}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) submit();
      }}
    >
      {typeof seenPin === 'string' && (
        <TrustPin
          pin={seenPin}
          onTrust={() => {
            set({ pin: seenPin });
            void connect({ ...fields, pin: seenPin });
          }}
        />
      )}
      {error !== undefined && seenPin === undefined && (
        <ErrorNotice
          error={error}
          action={
            code === 'relay.admission-needed' && purpose === 'both' ? (
              <div className={styles['without']}>
                <Button onClick={() => void connect(fields, true)}>{text('relay.form.without')}</Button>
                <span>{text('relay.form.without.text')}</span>
              </div>
            ) : undefined
          }
        />
      )}
      {error !== undefined && seenPin === undefined && kept !== undefined && <p className={styles['note']}>{kept}</p>}
      <Field
        label={text('relay.form.url')}
        hint={
          typedUrl.kind === 'relay' ? text('relay.form.url.valid', { url: typedUrl.url }) : text('relay.form.url.hint')
        }
        error={problem('url')}
      >
        <TextInput
          ref={urlInput}
          mono
          inputMode="url"
          placeholder={EXAMPLE}
          maxLength={300}
          value={fields.url}
          onChange={(next) => set({ url: next, insecure: false })}
          onBlur={() => {
            if (fields.url !== '') leave('url');
          }}
        />
      </Field>
      {typedUrl.kind === 'relay' && typedUrl.insecure && (
        <div className={styles['insecure']}>
          <Switch
            label={text('relay.form.insecure')}
            description={text('relay.form.insecure.text', { host: typedUrl.host })}
            checked={fields.insecure}
            onChange={(insecure) => set({ insecure })}
          />
          {problem('insecure') !== undefined && (
            <p role="alert" className={styles['problem']}>
              {problem('insecure')}
            </p>
          )}
        </div>
      )}
      <Field
        label={text('relay.form.admission')}
        hint={text(purpose === 'join' ? 'relay.form.admission.join' : 'relay.form.admission.hint')}
      >
        <TextInput
          ref={admissionInput}
          mono
          maxLength={256}
          value={fields.admission}
          onChange={(admission) => set({ admission })}
        />
      </Field>
      <Field label={text('relay.form.pin')} hint={text('relay.form.pin.hint')} error={problem('pin')}>
        <TextInput
          ref={pinInput}
          mono
          maxLength={128}
          value={fields.pin}
          onChange={(pin) => set({ pin })}
          onBlur={() => leave('pin')}
        />
      </Field>
      <div className={styles['end']}>
        <span role="status" className={styles['busy']}>
          {busy && text('relay.form.connecting')}
        </span>
        {busy && (
          <Button
            onClick={() => {
              running.current?.abort();
              setBusy(false);
            }}
          >
            {text('relay.form.cancel')}
          </Button>
        )}
        {!busy && onCancel !== undefined && <Button onClick={onCancel}>{text('ui.cancel')}</Button>}
        <Button type="submit" variant={seenPin === undefined ? 'primary' : 'secondary'} busy={busy}>
          {text('relay.form.submit')}
        </Button>
      </div>
    </form>
  );
}

function focusFor(
  code: string | undefined,
  inputs: Readonly<Record<'url' | 'admission' | 'pin', RefObject<HTMLInputElement | null>>>,
): void {
  if (code === 'relay.untrusted') return;
  const needsToken = code === 'relay.admission-needed' || code === 'relay.admission' || code === 'relay.no-project';
  const input = needsToken ? inputs.admission : isPinProblem(code) ? inputs.pin : inputs.url;
  input.current?.focus();
}

/** Reports whether the error with this code is about the fingerprint. */
function isPinProblem(code: string | null | undefined): boolean {
  return code === 'relay.other-pin' || code === 'relay.pin-mismatch' || code === 'relay.pin';
}

function problemText({ field, problem }: RelayFieldProblem): string {
  if (field === 'pin') return text('relay.form.pin.invalid');
  if (field === 'insecure') return text('relay.form.insecure.needed');
  switch (problem) {
    case 'empty':
      return text('relay.form.url.empty');
    case 'host':
      return text('relay.form.url.host');
    case 'port':
      return text('relay.form.url.port');
    default:
      return text('relay.form.url.form');
  }
}
