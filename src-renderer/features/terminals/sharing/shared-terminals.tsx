import { Eye } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { SharedTerminalView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApp } from '../../../store/index.ts';
import { Button, quoteUntrusted } from '../../../ui/index.ts';
import styles from './sharing.module.css';
import { tidyTitle } from '../tabs/title.ts';
import { WatchView } from './watch-view.tsx';

/** Most shared terminals listed at a time. */
const MOST = 5;

/** Wait for a shared terminal that a notification refers to and the window doesn't know yet, ms. */
const OFFER_TIMEOUT = 8000;

/**
 * Lists the terminals that others share with this device, above the terminals; the person can watch one in a dialog. Also opens the one that a
 * notification or the tray has requested.
 */
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
                {text('sharing.watch')}
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

/** Opens the shared terminal that the person chose in a notification or the tray, once. Shows a toast if it isn't shared any more. */
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
    }, OFFER_TIMEOUT);
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
