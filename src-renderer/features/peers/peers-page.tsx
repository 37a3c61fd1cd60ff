import { Plus, Search } from 'lucide-react';
import { useCallback, useDeferredValue, useMemo, useRef, useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { openPairing, useApp } from '../../store/index.ts';
import {
  Button,
  EmptyState,
  PageHeader,
  PageList,
  PageLoading,
  TextInput,
  useFocusFallback,
  useSteadyOrder,
  useNow,
} from '../../ui/index.ts';
import { Nearby } from '../discovery/index.ts';
import { PlainRelays } from '../plain-relays/index.ts';
import { LinkAnnouncer } from './link/link-announcer.tsx';
import { searchPeers, SEARCH_FROM, sortPeers } from './list/order.ts';
import { PeerDialog, type PeerDialogKind } from './dialogs/peer-dialogs.tsx';
import { PeerRow } from './list/peer-row.tsx';
import { PeersEmpty } from './list/peers-empty.tsx';
import styles from './peers-page.module.css';
import { useMeasuring } from './path/use-measuring.ts';

/** Open dialog and its peer, as the peer was when the dialog opened. The current view of the peer is shown while the peer exists. */
type OpenDialog = Readonly<{ kind: PeerDialogKind; peer: PeerView }>;

/**
 * Page of the paired machines: a row for each, with its path, its permissions here and its actions; the dialogs that a row opens; a search field for
 * many; devices nearby; and a button to pair another one. Measures all round trips while it is shown (`useMeasuring`).
 */
export function PeersPage(): ReactElement {
  const peers = useApp((state) => state.peers);
  const known = useApp((state) => state.status !== undefined || state.peers.length > 0);
  const now = useNow();
  const [query, setQuery] = useState('');
  const [dialog, setDialog] = useState<OpenDialog>();
  const searching = peers.length >= SEARCH_FROM || query !== '';
  const deferredQuery = useDeferredValue(searching ? query : '');
  const sorted = useMemo(() => sortPeers(searchPeers(peers, deferredQuery)), [peers, deferredQuery]);
  const { rows: shown, hold } = useSteadyOrder(sorted, peerKey, deferredQuery);
  const openDialog = useCallback((kind: PeerDialogKind, peer: PeerView) => setDialog({ kind, peer }), []);
  const closeDialog = useCallback(() => setDialog(undefined), []);
  const page = useRef<HTMLDivElement>(null);
  useMeasuring();

  useFocusFallback(page, dialog !== undefined);

  return (
    <div ref={page} className={styles['page']} tabIndex={-1}>
      <PageHeader
        title={text('peers.title')}
        description={
          peers.length > 0 &&
          text('peers.description', { count: peers.length, online: peers.filter(({ online }) => online).length })
        }
        actions={
          <Button icon={<Plus aria-hidden="true" />} onClick={() => openPairing('choose')}>
            {text('peers.pair')}
          </Button>
        }
      />
      <LinkAnnouncer peers={peers} />
      {searching && (
        <div className={styles['search']}>
          <Search aria-hidden="true" />
          <TextInput
            type="search"
            aria-label={text('peers.search')}
            placeholder={text('peers.search')}
            value={query}
            onChange={setQuery}
          />
          <span role="status" className="visually-hidden">
            {query !== '' && text('peers.search.found', { count: shown.length })}
          </span>
        </div>
      )}
      {!known && <PageLoading label={text('peers.loading')} />}
      {known && peers.length === 0 && <PeersEmpty />}
      {peers.length > 0 && shown.length === 0 && (
        <EmptyState
          icon={<Search />}
          title={text('peers.search.none.title')}
          action={<Button onClick={() => setQuery('')}>{text('peers.search.clear')}</Button>}
        >
          {text('peers.search.none.text', { query })}
        </EmptyState>
      )}
      {shown.length > 0 && (
        <div className={styles['container']}>
          <PageList className={styles['list']} label={text('peers.list')} {...hold}>
            {shown.map((peer) => (
              <PeerRow key={peer.peerId} peer={peer} now={now} onOpen={openDialog} />
            ))}
          </PageList>
        </div>
      )}
      <PlainRelays />
      {known && <Nearby />}
      {dialog !== undefined && (
        <PeerDialog
          kind={dialog.kind}
          peer={peers.find(({ peerId }) => peerId === dialog.peer.peerId) ?? dialog.peer}
          onClose={closeDialog}
        />
      )}
    </div>
  );
}

function peerKey({ peerId }: PeerView): string {
  return peerId;
}
