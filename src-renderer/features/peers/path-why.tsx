import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { useCall } from '../../store/index.ts';
import { Button, ErrorNotice } from '../../ui/index.ts';
import styles from './path-details.module.css';
import { whyNotDirect } from './path-text.ts';

/** In words, with what can be done about it. */
export function WhyNotDirect({ peer }: Readonly<{ peer: PeerView }>): ReactElement | null {
  const why = whyNotDirect(peer);
  if (why === undefined) return null;
  return (
    <section className={styles['part']}>
      <h4 className={styles['subtitle']}>{text('peers.path.why-not-direct')}</h4>
      <p aria-live="polite">{text(`peers.path.why.${why}`)}</p>
    </section>
  );
}

/** Tries at once what would be tried later. What comes of it is seen in the state of the link. */
export function TryNow({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const reconnect = useCall('peers.reconnect');
  return (
    <>
      <Button size="small" busy={reconnect.busy} onClick={() => void reconnect.run({ peer: peer.peerId })}>
        {text('peers.path.try-now')}
      </Button>
      {reconnect.error !== undefined && <ErrorNotice error={reconnect.error} onDismiss={reconnect.reset} />}
    </>
  );
}
