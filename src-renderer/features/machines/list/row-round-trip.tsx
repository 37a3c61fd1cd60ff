import { useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Sparkline, quoteUntrusted } from '../../../ui/index.ts';
import { formatRoundTrip } from '../../peers/index.ts';
import styles from './row-round-trip.module.css';
import { useInSight } from './use-in-sight.ts';

/**
 * Shows the last round trips of a peer as a line, and the agent's smoothed one as a number, which is the same wherever one is shown; with `plain` only
 * the number. Only rows in sight are rendered with each measurement.
 */
export function RowRoundTrip({ peer, plain = false }: Readonly<{ peer: PeerView; plain?: boolean }>): ReactElement {
  const [area, isInSight] = useInSight();
  const measured = useApp((state) => (isInSight ? state.roundTrips[peer.peerId] : undefined)) ?? NONE;
  const [values, setValues] = useState(measured);
  if (isInSight && values !== measured) setValues(measured);
  // A row isn't rendered again for a measurement, so its peer may be older.
  const newest = useApp((state) =>
    isInSight ? state.peers.find(({ peerId }) => peerId === peer.peerId)?.rtt : undefined,
  );
  const rtt = peer.rtt === null ? null : (newest ?? peer.rtt);
  const isSilent = peer.linked && rtt === null && values.length > 0;
  return (
    <span ref={area} className={styles['measured']}>
      {rtt === null ? (
        text(isSilent ? 'peers.rtt.no-answer' : 'peers.rtt.none')
      ) : (
        <>
          {!plain && <Sparkline values={values} label={text('peers.rtt.to', { name: quoteUntrusted(peer.name) })} />}
          <span className={styles['rtt']} aria-hidden={plain ? undefined : 'true'}>
            {formatRoundTrip(rtt)}
          </span>
        </>
      )}
    </span>
  );
}

const NONE: readonly number[] = [];
