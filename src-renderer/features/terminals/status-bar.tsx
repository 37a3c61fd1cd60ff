import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { Chip, Popover } from '../../ui/index.ts';
import { quoteForeign } from '../peers/index.ts';
import type { Tab } from './terminal-tabs.ts';
import styles from './terminals.module.css';

/** Below the terminal: what it does, how to leave it, and how far away it is. */
export function StatusBar({ tab, peer }: Readonly<{ tab: Tab; peer: PeerView | undefined }>): ReactElement {
  return (
    <div className={styles['status']}>
      <span>{text(`terminals.status.${tab.phase.kind}`)}</span>
      <span className={styles['leave']}>{text('terminals.leave')}</span>
      {peer !== undefined && <Latency peer={peer} />}
    </div>
  );
}

function Latency({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const name = quoteForeign(peer.name);
  const way = text(peer.path === 'direct' ? 'terminals.latency.direct' : 'terminals.latency', { peer: name });
  const explained = peer.path === 'direct' ? 'terminals.latency.straight' : 'terminals.latency.relay';
  const isThere = peer.online && peer.rtt !== null;
  return (
    <Popover
      label={text('terminals.latency.name', { peer: name })}
      side="top"
      trigger={
        <Chip tone={isThere ? 'neutral' : 'warning'} onClick={() => undefined}>
          {way}
          {isThere && ` · ${text('terminals.latency.milliseconds', { value: round(peer.rtt ?? 0) })}`}
        </Chip>
      }
    >
      <p className={styles['explained']}>{text(isThere ? explained : 'terminals.latency.none', { peer: name })}</p>
      {isThere && peer.address !== null && (
        <p className={styles['explained']}>{text('terminals.latency.address', { address: peer.address })}</p>
      )}
    </Popover>
  );
}

function round(milliseconds: number): string {
  return milliseconds < 10 ? milliseconds.toFixed(1) : String(Math.round(milliseconds));
}
