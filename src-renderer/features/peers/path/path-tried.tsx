import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Mono, formatAgo, useNow } from '../../../ui/index.ts';
import styles from './path-tried.module.css';

/**
 * Lists the addresses that were dialed with their results. The list helps to find a firewall or network that blocks the peer. Renders nothing without
 * any. Part of `WhyNotDirect`.
 */
export function PathTried({ peer: { tried } }: Readonly<{ peer: PeerView }>): ReactElement | null {
  const now = useNow();
  if (tried === undefined || tried.addresses.length === 0) return null;
  const label = text('peers.tried', { ago: formatAgo(tried.at, now) });
  return (
    <>
      <p>{label}</p>
      <ul className={styles['list']} aria-label={label}>
        {tried.addresses.map(({ address, outcome }) => (
          <li key={`${address} ${outcome}`}>
            <Mono>{address}</Mono>
            <span className={styles['outcome']}>{text(`peers.tried.${outcome}`)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
