import { useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { notify, useCall } from '../../store/index.ts';
import { Button, ErrorNotice, quoteUntrusted, Spinner } from '../../ui/index.ts';
import styles from './relay-servers.module.css';

export type OfferRelayProps = Readonly<{
  machine: PeerView;
  /** The offer is the next step of what the person does. */
  isNext: boolean;
}>;

/**
 * Button that offers this machine's relay to another machine, and the state of the offer. Leaving the page doesn't withdraw an offer; a toast says
 * when it was accepted.
 */
export function OfferRelay({ machine, isNext }: OfferRelayProps): ReactElement {
  const { busy, error, run, cancel, reset } = useCall('relayOffers.send', { outlives: true });
  const [isAsking, setAsking] = useState(false);
  const [isSet, setSet] = useState(false);
  const name = quoteUntrusted(machine.name);
  const offer = async (): Promise<void> => {
    setAsking(false);
    setSet(false);
    const answer = await run({ peer: machine.peerId }, { onProgress: (step) => setAsking(step === 'approval') });
    if (answer === undefined) return;
    setSet(!answer.online);
    if (answer.online) notify({ tone: 'good', text: text('relay.missing.done', { name }) });
  };
  if (busy)
    return (
      <div className={styles['offering']}>
        <Spinner label="" />
        <span role="status">{text(isAsking ? 'relay.missing.asking' : 'relay.missing.offering', { name })}</span>
        <Button size="small" onClick={cancel}>
          {text('ui.cancel')}
        </Button>
      </div>
    );
  if (isSet)
    return (
      <p role="status" className={styles['offering']}>
        {text('relay.missing.set', { name })}
      </p>
    );
  return (
    <div className={styles['offering']}>
      {error !== undefined && <ErrorNotice error={error} onDismiss={reset} />}
      <Button
        size={isNext ? 'medium' : 'small'}
        variant={isNext ? 'primary' : 'secondary'}
        onClick={() => void offer()}
      >
        {text('relay.missing.offer', { name })}
      </Button>
    </div>
  );
}
