import type { TransferView } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import { isOver, type IncomingDisk, type OwnDisk, type SourceDisk, type TransferStore } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import type { Core } from '../core/core.ts';
import { newestThatFit } from '../core/newest-that-fit.ts';
import type { NetworkModule } from '../network/index.ts';
import { FileLog } from './file-log.ts';
import { FolderClient } from './folders/folder-client.ts';
import { RequestedTransfers } from './folders/requested-transfers.ts';
import { IncomingTransfers, type IncomingOptions } from './receiver/incoming-transfers.ts';
import { OutgoingTransfers } from './sender/outgoing-transfers.ts';
import { TransferBook, type TransferRecord } from './transfer-book.ts';
import { cancelIncoming, endTransfersWith, knownTransfer } from './transfer-handlers.ts';
import { TransferNews } from './transfer-news.ts';
import { TransferViews, waitsFor } from './transfer-views.ts';

/** Place in which transfers run: the files of a machine, or those that a person has picked in a page. */
export type TransfersPlace = Readonly<{
  network: NetworkModule['network'];
  logger: Logger;
  /** Document with the transfers in both directions. */
  book: DocumentFile;
  /** Lists of the transfers from here. */
  store: TransferStore;
  source: OwnDisk;
  disk: IncomingDisk;
  /** Answers that the receiver needs about a transfer to this device. */
  receiver: Pick<
    IncomingOptions,
    'pathBelow' | 'folderFor' | 'folderOfTerminal' | 'takeChosen' | 'mayOffer' | 'sizeLimit' | 'shared'
  >;
  /** Returns the files that a transfer sends; see `OutgoingOptions`. */
  sourceOf(record: TransferRecord): SourceDisk;
  /** Returns the folder in which the roots of a transfer are; undefined for none. */
  folderOf(record: TransferRecord): string | undefined;
  /** Called when a transfer is shown differently. */
  onShown(record: TransferRecord): void;
  /** Called when a transfer is over. */
  onOver(record: TransferRecord): void;
  /** Called when only the ID of a transfer to this device stays in the book. */
  onForgotten(record: TransferRecord): void;
}>;

/** Transfers of this device in both directions, with their log and their views. */
export type Transfers = Readonly<{
  book: TransferBook;
  log: FileLog;
  views: TransferViews;
  outgoing: OutgoingTransfers;
  incoming: IncomingTransfers;
  requested: RequestedTransfers;
  client: FolderClient;
  /** Returns the view of a transfer. @throws {FilesError} `file.unknown` */
  viewOf(id: string): TransferView;
  /** Continues the transfers of an earlier run of the agent. */
  start(): void;
  stop(): void;
  /** Resolves when what is on its way to the disk is there. */
  close(): Promise<void>;
}>;

/**
 * Creates what sends and takes files, for a machine and for a page alike: keeps the book, tells user interfaces, and follows links and peers.
 * @throws {StoreError} if the document with the transfers can't be used
 */
export function createTransfers(core: Core, place: TransfersPlace): Transfers {
  const { audit, clock, crypto, events, peers, views: windows } = core;
  const { network, logger, store, source, disk } = place;
  const news = new TransferNews({
    clock,
    isWatched: () => windows.isWatched,
    viewOf: (id) => {
      const record = book.get(id);
      return record === undefined ? undefined : views.view(record);
    },
    send: ({ changed, removed }) => {
      if (removed.length > 0) windows.broadcast('transfers.removed', [...removed]);
      if (changed.length > 0) windows.broadcast('transfers.changed', newestThatFit(changed));
    },
  });
  const onShown = (id: string): void => {
    const record = book.get(id);
    news.changed(id, record !== undefined && isOver(record.state));
    if (record !== undefined) place.onShown(record);
  };
  const book = new TransferBook({
    file: place.book,
    clock,
    logger,
    onChange: ({ id }) => onShown(id),
    onRemembered: (record) => {
      news.removed(record.id);
      if (record.direction === 'out') outgoing.removeFiles(record);
      else place.onForgotten(record);
    },
  });
  const log = new FileLog({ audit, clock, nameOf: (peerId) => peers.nameOf(peerId) ?? '' });
  const onOver = (record: TransferRecord): void => {
    log.over(record);
    place.onOver(record);
  };
  const outgoing = new OutgoingTransfers({
    book,
    source,
    sourceOf: (record) => place.sourceOf(record),
    store,
    crypto,
    network,
    clock,
    logger,
    random: Math.random,
    createId: () => toHex(crypto.randomBytes(16)),
    onShown,
    onOver,
  });
  const incoming = new IncomingTransfers({
    ...place.receiver,
    book,
    disk,
    clock,
    logger,
    crypto,
    onShown,
    onOver,
    onCancelled: (peerId, id) => {
      const record = book.get(id);
      if (record === undefined || record.peer !== peerId || isOver(record.state)) return;
      if (record.direction === 'out') outgoing.cancelledThere(id);
      else void cancelIncoming({ incoming, requested }, id);
    },
  });
  const client = new FolderClient({ network, clock });
  const requested = new RequestedTransfers({
    book,
    client,
    clock,
    logger,
    random: Math.random,
    isActive: (id) => incoming.isActive(id),
    mayReach: (peerId) => network.current(peerId) !== undefined || network.mayReach(peerId),
    // A machine may send what it refuses at the same time.
    onOver: (record) => void incoming.abandon(record.id).then(() => onOver(record)),
  });
  const views = new TransferViews({
    nameOf: (peerId) => peers.nameOf(peerId),
    waitsFor: (record) => waitsFor(record, { outgoing, incoming }),
    meterOf: ({ id, direction }) => (direction === 'out' ? outgoing.meterOf(id) : incoming.meterOf(id)),
    isCutOff: (peerId) => network.current(peerId) === undefined,
    folderOf: (record) => place.folderOf(record),
  });
  const removed = async (peerId: PeerId): Promise<void> => {
    await endTransfersWith({ book, outgoing, incoming, requested }, peerId);
    book.forgetPeer(peerId);
  };
  events.on('peer.linked', ({ peerId }) => {
    outgoing.linked(peerId);
    requested.linked(peerId);
  });
  events.on('links.changed', () => {
    outgoing.reachableChanged();
    requested.reachableChanged();
    // Those whose link has no path now are shown as such.
    for (const { id, state } of book.list()) if (state === 'running') news.changed(id);
  });
  events.on('peers.changed', (change) => {
    if (change.kind !== 'removed') return;
    removed(change.peerId).catch((error: unknown) =>
      logger.error('transfers of a removed peer could not be removed', { errorCode: errorCode(error) }),
    );
  });
  return {
    book,
    log,
    views,
    outgoing,
    incoming,
    requested,
    client,
    viewOf: (id) => views.view(knownTransfer(book, id)),
    start: () => {
      for (const { id, direction, state } of book.list())
        if (direction === 'in' && state === 'running') book.update(id, { state: 'reconnecting' });
      outgoing.start();
      requested.start();
    },
    stop: () => {
      news.close();
      outgoing.close();
      requested.close();
      client.close();
    },
    close: async () => {
      await incoming.close();
      log.close();
    },
  };
}
