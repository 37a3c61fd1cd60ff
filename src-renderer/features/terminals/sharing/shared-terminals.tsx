import { Eye } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { SharedTerminalView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApp } from '../../../store/index.ts';
import { Button, quoteUntrusted } from '../../../ui/index.ts';
import styles from './sharing.module.css';
import { tidyTitle } from '../tabs/title.ts';
import { WatchView } from './watch-view.tsx';

/** Offers that are shown at once. */
const MOST = 5;

/** A wish that comes before what is shared is known waits so long, ms. */
const PATIENCE = 8000;

/** Terminals that others share with this device, and the one that is looked on at. */
export function SharedTerminals(): ReactElement | null {
  const shared = useApp((state) => state.shared);
  const peers = useApp((state) => state.peers);
  const [watched, setWatched] = useState<SharedTerminalView>();
  useRequested(shared, setWatched);
  const nameOf = (peerId: string): string =>
    quoteUntrusted(peers.find((peer) => peer.peerId === peerId)?.name ?? text('terminals.unknown-peer'));
  return (
    <>
      {shared.length > 0 && (
        <ul className={styles['offers']} aria-label={text('sharing.offers')}>
          {shared.slice(0, MOST).map((offer) => (
            <li key={`${offer.peerId} ${offer.terminal}`} className={styles['offer']}>
              <Eye aria-hidden="true" />
              <span className={styles['name']}>{offerText(offer, nameOf(offer.peerId))}</span>
              <Button size="small" onClick={() => setWatched(offer)}>
                {text('sharing.look-on')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {watched !== undefined && (
        <WatchView
          key={`${watched.peerId} ${watched.terminal}`}
          shared={watched}
          peer={nameOf(watched.peerId)}
          onClose={() => setWatched(undefined)}
        />
      )}
    </>
  );
}

/** A notice or the tray was pressed: what it told of is looked at, once, and only if it is shared still. */
function useRequested(shared: readonly SharedTerminalView[], open: (offer: SharedTerminalView) => void): void {
  const requested = useApp((state) => state.requestedShared);
  const done = useRef(0);
  useEffect(() => {
    if (requested === undefined || requested.serial === done.current) return undefined;
    const offer = shared.find(({ peerId, terminal }) => peerId === requested.peerId && terminal === requested.terminal);
    if (offer !== undefined) {
      done.current = requested.serial;
      open(offer);
      return undefined;
    }
    const timer = setTimeout(() => {
      done.current = requested.serial;
      notify({ tone: 'info', text: text('sharing.not-any-more') });
    }, PATIENCE);
    return () => clearTimeout(timer);
  }, [requested, shared, open]);
}

function offerText({ holder, title }: SharedTerminalView, peer: string): string {
  const tidy = tidyTitle(title);
  const values = { holder: quoteUntrusted(holder), peer };
  return tidy === ''
    ? text('sharing.offer', values)
    : text('sharing.offer.titled', { ...values, title: `\u2068${tidy}\u2069` });
}
