import { Plus } from 'lucide-react';
import { useCallback, useRef, useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { openPairing, useApp } from '../../store/index.ts';
import { Button, IconButton, PageHeader, RowSkeleton, useFocusFallback } from '../../ui/index.ts';
import { Nearby } from '../discovery/index.ts';
import { LinkAnnouncer, useMeasuring } from '../peers/index.ts';
import { PlainRelays } from '../plain-relays/index.ts';
import { MachineList } from './list/machine-list.tsx';
import { NextSteps } from './list/next-steps.tsx';
import { PeersEmpty } from './list/peers-empty.tsx';
import styles from './machines-page.module.css';
import { useSurroundings } from './list/use-surroundings.ts';
import { RelayAway } from './outage/relay-away.tsx';
import { MachineDialog } from './page/machine-dialogs.tsx';
import type { MachineDialogKind } from './page/machine-menu.tsx';
import { MachinePage } from './page/machine-page.tsx';
import { shownMachine } from './page/shown-machine.ts';
import { useIsListBeside } from './use-list-beside.ts';

/** Open dialog and its machine, as the machine was when the dialog opened. Its current view is shown while it exists. */
type OpenDialog = Readonly<{ kind: MachineDialogKind; peer: PeerView }>;

/**
 * The page Machines: the list, or the page of one machine; in a wide window both side by side. Shows the dialogs of the machines, and measures all
 * round trips while it is shown (`useMeasuring`).
 */
export function MachinesPage(): ReactElement {
  const peers = useApp((state) => state.peers);
  const [dialog, setDialog] = useState<OpenDialog>();
  const openDialog = useCallback((kind: MachineDialogKind, peer: PeerView) => setDialog({ kind, peer }), []);
  const closeDialog = useCallback(() => setDialog(undefined), []);
  const page = useRef<HTMLDivElement>(null);
  useMeasuring();
  useFocusFallback(page, dialog !== undefined);
  const isSplit = useIsListBeside();
  const machine = useApp((state) => shownMachine(state, isSplit));
  return (
    <div ref={page} className={styles[isSplit ? 'split' : 'single']} tabIndex={-1}>
      <LinkAnnouncer peers={peers} />
      {isSplit && <ListPane current={machine?.peerId} onOpen={openDialog} />}
      {machine === undefined ? (
        <div className={styles['scroller']}>
          <div className={styles['content']}>
            <WholeList onOpen={openDialog} />
          </div>
        </div>
      ) : (
        <div className={styles['scroller']} key={machine.peerId}>
          <div className={styles['content']}>
            <MachinePage machine={machine} isBesideList={isSplit} onOpen={openDialog} />
          </div>
        </div>
      )}
      {dialog !== undefined && (
        <MachineDialog
          kind={dialog.kind}
          peer={peers.find(({ peerId }) => peerId === dialog.peer.peerId) ?? dialog.peer}
          onClose={closeDialog}
        />
      )}
    </div>
  );
}

type ListProps = Readonly<{ onOpen(kind: MachineDialogKind, peer: PeerView): void }>;

/** The list alone, with the drawing of an outage, plain relays and the machines nearby. */
function WholeList({ onOpen }: ListProps): ReactElement {
  const peers = useApp((state) => state.peers);
  // Browsers are in the list, and no machines.
  const machines = peers.filter(({ browser }) => browser === undefined);
  const known = useApp((state) => state.status !== undefined || state.peers.length > 0);
  const around = useSurroundings();
  return (
    <>
      <PageHeader
        title={text('peers.title')}
        description={
          machines.length > 0 &&
          text('peers.description', { count: machines.length, online: machines.filter(({ online }) => online).length })
        }
        actions={
          <Button
            variant={peers.length > 0 && !around.isRelayAway ? 'primary' : 'secondary'}
            icon={<Plus aria-hidden="true" />}
            onClick={() => openPairing('choose')}
          >
            {text('peers.pair')}
          </Button>
        }
      />
      {peers.length > 0 && <RelayAway onOpen={onOpen} />}
      {!known && <RowSkeleton label={text('peers.loading')} />}
      {known && peers.length === 0 && <PeersEmpty />}
      {peers.length > 0 && <MachineList onOpen={onOpen} />}
      <PlainRelays />
      {known && <Nearby />}
      <NextSteps />
    </>
  );
}

/** The list beside the page of a machine. */
function ListPane({ current, onOpen }: ListProps & Readonly<{ current: string | undefined }>): ReactElement {
  return (
    <div className={styles['pane']} data-region="">
      <div className={styles['pane-head']}>
        <h2 className={styles['pane-title']}>{text('peers.title')}</h2>
        <IconButton label={text('peers.pair')} icon={<Plus />} onClick={() => openPairing('choose')} />
      </div>
      <RelayAway beside={current} isCompact onOpen={onOpen} />
      <MachineList isCompact current={current} onOpen={onOpen} />
      <PlainRelays />
      <Nearby isCompact />
    </div>
  );
}
