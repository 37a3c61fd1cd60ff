import { ArrowLeft, TriangleAlert } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactElement } from 'react';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { parsePlainCode } from '#shared/plain-relay/index.ts';
import { explain, gapAfter, joinSentences, text } from '../../locale/index.ts';
import { closePlainPairing, navigate, notify, openPairing, useApp, useCall } from '../../store/index.ts';
import { Button, Dialog, ErrorNotice, Field, Spinner, TextInput } from '../../ui/index.ts';
import { TrustPin, useFocusOnMount } from '../pairing/index.ts';
import { completeAddress, type PlainAddress } from './address.ts';
import styles from './plain-relays.module.css';
import { quotePlainRelay } from './relay-text.ts';

/** Placeholders of the fields, not translated. */
const EXAMPLE = { code: 'ABCDE-12345', address: 'relay.example.org' };

/** Code and address that the person has entered, and the pin of the relay's own certificate once they have compared it. */
type Wanted = Readonly<{ code: string; address: PlainAddress; pin?: string }>;

/**
 * Dialog that pairs this machine with a plain relay: takes the code and the address, then asks the person to accept that the relay can read and type
 * here, and calls `plainRelays.pair` only after that. Shown while the store's `plainPairing` is set. Cancel ends a pairing that runs. A failed one
 * returns to the fields, with the error.
 */
export function PlainRelayDialog(): ReactElement | null {
  const wanted = useApp(({ plainPairing }) => plainPairing);
  return wanted === undefined ? null : <OpenDialog key={wanted.code} code={wanted.code} />;
}

function OpenDialog({ code: given }: Readonly<{ code: string }>): ReactElement {
  const pair = useCall('plainRelays.pair');
  const deviceName = useApp(({ status }) => status?.device.name ?? '');
  const [code, setCode] = useState(given);
  const [address, setAddress] = useState('');
  const [question, setQuestion] = useState<Wanted>();
  const formId = useId();

  const start = async (wanted: Wanted): Promise<void> => {
    const { pin } = wanted;
    const relay = await pair.run({
      code: wanted.code,
      api: wanted.address.api,
      name: deviceName.slice(0, 100) || 'device',
      ...(pin === undefined ? {} : { pin }),
    });
    if (relay === undefined) {
      setQuestion(undefined);
      return;
    }
    closePlainPairing();
    navigate({ page: 'machines' });
    notify({ tone: 'good', text: text('plain-relays.paired', { name: quotePlainRelay(relay) }) });
  };
  const cancel = <Button onClick={closePlainPairing}>{text('ui.cancel')}</Button>;
  if (question !== undefined)
    return (
      <Dialog
        open
        onClose={closePlainPairing}
        title={text('plain-relays.accept.title', { host: question.address.host })}
        actions={
          <>
            <Button
              variant="quiet"
              icon={<ArrowLeft />}
              className={styles['back']}
              disabled={pair.busy}
              onClick={() => setQuestion(undefined)}
            >
              {text('pairing.back')}
            </Button>
            {cancel}
            <Button variant="danger" busy={pair.busy} onClick={() => void start(question)}>
              {text('plain-relays.accept.apply')}
            </Button>
          </>
        }
      >
        <Question host={question.address.host} busy={pair.busy} />
      </Dialog>
    );
  return (
    <Dialog
      open
      onClose={closePlainPairing}
      title={text('plain-relays.pair.title')}
      actions={
        <>
          <Button variant="quiet" icon={<ArrowLeft />} className={styles['back']} onClick={() => openPairing('choose')}>
            {text('pairing.back')}
          </Button>
          {cancel}
          <Button variant="primary" type="submit" form={formId}>
            {text('plain-relays.pair.continue')}
          </Button>
        </>
      }
    >
      <Fields
        formId={formId}
        code={code}
        address={address}
        error={pair.error}
        onCode={setCode}
        onAddress={(next) => {
          // A pin that is shown belongs to the address of before.
          pair.reset();
          setAddress(next);
        }}
        onDismiss={pair.reset}
        onSubmit={setQuestion}
      />
    </Dialog>
  );
}

type FieldsProps = Readonly<{
  formId: string;
  code: string;
  address: string;
  /** Error of the last attempt; undefined without one. */
  error: unknown;
  onCode(code: string): void;
  onAddress(address: string): void;
  onDismiss(): void;
  onSubmit(wanted: Wanted): void;
}>;

/** Fields for the code and the address. Nothing is contacted here. */
function Fields({ formId, code, address, error, onCode, onAddress, onDismiss, onSubmit }: FieldsProps): ReactElement {
  const codeInput = useRef<HTMLInputElement>(null);
  const addressInput = useRef<HTMLInputElement>(null);
  // Problems are shown once the person has submitted.
  const [submitted, setSubmitted] = useState(false);
  const complete = completeAddress(address);
  const codeError = codeProblem(code);
  const pin =
    error instanceof ClawReachError && errorCode(error) === 'relay.untrusted' ? error.details['pin'] : undefined;
  const isComparing = pin !== undefined;
  // The pin takes the focus itself.
  useEffect(() => {
    if (!isComparing) codeInput.current?.focus({ preventScroll: true });
  }, [isComparing]);

  const submit = (trusted?: string): void => {
    setSubmitted(true);
    if (codeError !== undefined) codeInput.current?.focus();
    else if (complete === undefined) addressInput.current?.focus();
    else {
      onDismiss();
      onSubmit({ code, address: complete, ...(trusted === undefined ? {} : { pin: trusted }) });
    }
  };
  return (
    <form
      id={formId}
      className={styles['body']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className={styles['lead']}>{text('plain-relays.pair.text')}</p>
      {typeof pin === 'string' && <TrustPin pin={pin} onTrust={() => submit(pin)} />}
      {error !== undefined && pin === undefined && <ErrorNotice error={error} onDismiss={onDismiss} />}
      <Field
        label={text('plain-relays.pair.code')}
        hint={text('plain-relays.pair.code.hint')}
        error={submitted ? codeError : undefined}
      >
        <TextInput
          ref={codeInput}
          mono
          placeholder={EXAMPLE.code}
          autoCapitalize="characters"
          maxLength={64}
          value={code}
          onChange={onCode}
        />
      </Field>
      <Field
        label={text('plain-relays.pair.address')}
        hint={
          complete === undefined
            ? text('plain-relays.pair.address.hint')
            : text('plain-relays.pair.address.valid', { url: complete.api })
        }
        error={submitted && complete === undefined ? text('plain-relays.pair.address.invalid') : undefined}
      >
        <TextInput
          ref={addressInput}
          mono
          inputMode="url"
          placeholder={EXAMPLE.address}
          maxLength={280}
          value={address}
          onChange={onAddress}
        />
      </Field>
    </form>
  );
}

/** Says what the relay will be able to do. Has the focus, so that Enter doesn't accept by accident. */
function Question({ host, busy }: Readonly<{ host: string; busy: boolean }>): ReactElement {
  const first = useFocusOnMount<HTMLDivElement>();
  return (
    <div ref={first} tabIndex={-1} className={styles['body']}>
      <div className={styles['problem']}>
        <TriangleAlert aria-hidden="true" />
        <p>
          <strong>{text('plain-relays.accept.read')}</strong>
          {gapAfter(text('plain-relays.accept.read'))}
          {text('plain-relays.accept.plain')}
        </p>
      </div>
      <p>{text('plain-relays.accept.ask')}</p>
      <p role="status" className={styles['busy']}>
        {busy && (
          <>
            <Spinner label={text('ui.busy')} />
            {text('plain-relays.accept.busy', { host })}
          </>
        )}
      </p>
    </div>
  );
}

/** Returns why the text isn't the code of a plain device; undefined if it may be one. */
function codeProblem(code: string): string | undefined {
  if (code.trim() === '') return text('plain-relays.pair.code.empty');
  try {
    parsePlainCode(code);
    return undefined;
  } catch (error) {
    const { what, next } = explain(error);
    return joinSentences(what, next);
  }
}
