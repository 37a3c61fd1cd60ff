import { useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Sparkline, quoteUntrusted } from '../../../ui/index.ts';
import { formatRoundTrip } from '../../peers/index.ts';
import styles from './row-round-trip.module.css';
import { useInSight } from './use-in-sight.ts';

/** Shows the last round trips of a peer as a line and a number, or as a number with `plain`. Only rows in sight are rendered with each measurement. */
export function RowRoundTrip({ peer, plain = false }: Readonly<{ peer: PeerView; plain?: boolean }>): ReactElement {
  const [area, isInSight] = useInSight();
  const measured = useApp((state) => (isInSight ? state.roundTrips[peer.peerId] : undefined)) ?? NONE;
  const [values, setValues] = useState(measured);
  if (isInSight && values !== measured) setValues(measured);
  const isSilent = peer.linked && peer.rtt === null && values.length > 0;
  const last = isSilent ? null : (values.at(-1) ?? peer.rtt);
  return (
    <span ref={area} className={styles['measured']}>
      {last === null ? (
        text(isSilent ? 'peers.rtt.no-answer' : 'peers.rtt.none')
      ) : (
        <>
          {!plain && <Sparkline values={values} label={text('peers.rtt.to', { name: quoteUntrusted(peer.name) })} />}
          <span className={styles['rtt']} aria-hidden={plain ? undefined : 'true'}>
            {formatRoundTrip(last)}
          </span>
        </>
      )}
    </span>
  );
}

const NONE: readonly number[] = [];
