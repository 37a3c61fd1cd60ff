import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, ErrorNotice } from '../../../ui/index.ts';
import styles from './path-details.module.css';
import { PathTried } from './path-tried.tsx';
import { directFailure } from './path-text.ts';
import { formatRoundTrip } from './round-trips.ts';

/**
 * Explains why a link isn't direct, what helps, and which addresses were tried. Renders nothing for a direct link. Like all components of this file,
 * part of `PathDetails`.
 */
export function WhyNotDirect({ peer }: Readonly<{ peer: PeerView }>): ReactElement | null {
  const why = directFailure(peer);
  if (why === undefined) return offlineTried(peer);
  return (
    <section className={styles['part']}>
      <h4 className={styles['subtitle']}>{text('peers.path.why-not-direct')}</h4>
      <p aria-live="polite">{text(`peers.path.why.${why}`)}</p>
      {peer.link?.whyNotUdp !== undefined && (
        <p aria-live="polite">{text(`peers.path.no-udp.${peer.link.whyNotUdp}`)}</p>
      )}
      <PathTried peer={peer} />
    </section>
  );
}

/** Shows the measurements by which the agent chose between UDP and the relay. Renders nothing without any. */
export function MeasuredTransports({ peer }: Readonly<{ peer: PeerView }>): ReactElement | null {
  const times = peer.link?.times;
  if (times === undefined) return null;
  const [udp, relay] = [formatRoundTrip(times.udp), formatRoundTrip(times.relay)];
  return (
    <section className={styles['part']}>
      <h4 className={styles['subtitle']}>{text('peers.path.times.title')}</h4>
      <p aria-live="polite">{text('peers.path.times', { udp, relay })}</p>
      <p>{text('peers.path.times.rule')}</p>
    </section>
  );
}

/** Shows the addresses that were tried for an offline peer. */
function offlineTried(peer: PeerView): ReactElement | null {
  if (peer.path !== 'offline' || peer.tried === undefined) return null;
  return (
    <div className={styles['part']}>
      <PathTried peer={peer} />
    </div>
  );
}

/** Button that reconnects at once (`peers.reconnect`). The result appears in the state of the link; an error of the call, below the button. */
export function TryNow({ peer, variant }: Readonly<{ peer: PeerView; variant?: 'primary' }>): ReactElement {
  const reconnect = useCall('peers.reconnect');
  return (
    <>
      <Button
        size="small"
        variant={variant}
        busy={reconnect.busy}
        onClick={() => void reconnect.run({ peer: peer.peerId })}
      >
        {text('peers.path.try-now')}
      </Button>
      {reconnect.error !== undefined && <ErrorNotice error={reconnect.error} onDismiss={reconnect.reset} />}
    </>
  );
}
