import { useId, useState, type ReactElement } from 'react';
import { explain, text } from '../../../locale/index.ts';
import { notify, openLink, useApi, useApp } from '../../../store/index.ts';
import { Button, ErrorNotice, Field, TextInput } from '../../../ui/index.ts';
import styles from '../pairing.module.css';
import { EMPTY_RELAY_FIELDS, setUpRelay } from './relay-setup.ts';

/**
 * Offers the relay that this build suggests, if it suggests one and this machine has no relay: what the relay sees, a link to its terms, and a button
 * that uses it. Nothing connects to it before that. Used where a relay is chosen, above `RelayForm`.
 */
export function DefaultRelayOffer({ onReady }: Readonly<{ onReady(): void }>): ReactElement | null {
  const id = useId();
  const api = useApi();
  const facts = useApp((state) => state.facts);
  const hasRelay = useApp(({ status }) => status !== undefined && status.relay.url !== null);
  const [admission, setAdmission] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const relay = facts?.defaultRelay ?? null;
  if (relay === null || hasRelay) return null;
  const { name, url, pin, terms } = relay;
  const needsToken = relay.admission === 'token';
  const use = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const fields = { ...EMPTY_RELAY_FIELDS, url, admission, pin: pin ?? '' };
      await setUpRelay(api, fields, false, new AbortController().signal);
      onReady();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const readTerms = (): void => {
    openLink(api, facts, terms).catch((failure: unknown) => notify({ tone: 'bad', text: explain(failure).what }));
  };
  return (
    <section className={styles['stack']} aria-labelledby={id}>
      <h3 id={id} className={styles['strong']}>
        {text('relay.default', { name })}
      </h3>
      <p className={styles['lead']}>{text('relay.default.sees', { name })}</p>
      {needsToken && (
        <Field label={text('relay.form.admission')} hint={text('relay.default.token', { name })}>
          <TextInput mono maxLength={256} value={admission} onChange={setAdmission} />
        </Field>
      )}
      {error !== undefined && <ErrorNotice error={error} />}
      <div className={styles['end']}>
        <Button variant="quiet" onClick={readTerms}>
          {text('relay.default.terms')}
        </Button>
        <Button busy={busy} onClick={() => void use()}>
          {text('relay.default.use', { name })}
        </Button>
      </div>
    </section>
  );
}
