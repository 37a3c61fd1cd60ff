import type { TransferView } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import { FilesError, isOver, type IncomingDisk, type OwnDisk, type TransferStore } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { DocumentFile } from '#shared/storage.ts';
import type { Core } from '../../core/core.ts';
import type { Module } from '../../core/module.ts';
import { newestThatFit } from '../../core/newest-that-fit.ts';
import type { NetworkModule } from '../../network/index.ts';
import { FileLog } from '../file-log.ts';
import { FolderClient } from '../folders/folder-client.ts';
import { createRemoteHandlers } from '../folders/remote-handlers.ts';
import { RequestedTransfers } from '../folders/requested-transfers.ts';
import { IncomingTransfers } from '../receiver/incoming-transfers.ts';
import { OutgoingTransfers } from '../sender/outgoing-transfers.ts';
import { TransferBook, type TransferRecord } from '../transfer-book.ts';
import { cancelIncoming, createTransferHandlers, endTransfersWith, knownTransfer } from '../transfer-handlers.ts';
import { TransferNews } from '../transfer-news.ts';
import { TransferViews, waitsFor } from '../transfer-views.ts';

/** Files of transfers of a page. Paths begin with the token of what a person has picked; a page knows no other files. */
export type PageTransferFiles = Readonly<{
  /** Document `transfers`: transfers in both directions. */
  book: DocumentFile;
  store: TransferStore;
  /** Files and folders that a person has picked or dropped. */
  source: OwnDisk;
  /** Places that a person has picked for what is copied here. */
  disk: IncomingDisk;
  /** Called when a transfer to this browser needs its place no more. */
  forget(folder: string): void;
}>;

/** Files in the agent of a page, and the streams of peers that reach them. */
export type PageFilesModule = Module &
  Readonly<{
    /** Serves the control stream of a transfer, or refuses it: nothing comes that this browser hasn't asked for. */
    serveFiles(stream: IncomingStream, peerId: PeerId): void;
    /** Serves a stream with contents, or refuses it. */
    serveContents(stream: IncomingStream, peerId: PeerId): void;
  }>;

/**
 * Creates the module that sends files from a page to machines, and copies what they share to it, by the same protocol and code as between machines. A page has
 * no inbox and shares nothing. What a person has picked is gone with the page; its transfers fail then, and the machines are told.
 * @throws {StoreError} if the document `transfers` can't be used
 */
export function createPageFiles(
  core: Core,
  { files, network: { network } }: Readonly<{ files: PageTransferFiles; network: Pick<NetworkModule, 'network'> }>,
): PageFilesModule {
  const { audit, clock, crypto, events, logger: coreLogger, peers, views } = core;
  const logger = coreLogger.child({ part: 'files' });
  const { store, source, disk, forget } = files;
  const news = new TransferNews({
    clock,
    isWatched: () => views.isWatched,
    viewOf: (id) => {
      const record = book.get(id);
      return record === undefined ? undefined : transferViews.view(record);
    },
    send: ({ changed, removed }) => {
      if (removed.length > 0) views.broadcast('transfers.removed', [...removed]);
      if (changed.length > 0) views.broadcast('transfers.changed', newestThatFit(changed));
    },
  });
  const book = new TransferBook({
    file: files.book,
    clock,
    logger,
    onChange: ({ id }) => news.changed(id),
    onRemembered: (record) => {
      news.removed(record.id);
      if (record.direction === 'out') outgoing.removeFiles(record);
    },
  });
  const log = new FileLog({ audit, clock, nameOf: (peerId) => peers.nameOf(peerId) ?? '' });
  const onOver = (record: TransferRecord): void => {
    log.over(record);
    if (record.direction === 'in' && record.folder !== undefined) void forgetPlace(record.id, record.folder);
    // The machine would wait for it for a week.
    else if (record.code === PAGE_CLOSED) outgoing.tell(record.peer, record.id);
  };
  /** A copy that has failed begins anew: nothing of it stays. */
  const forgetPlace = async (id: string, folder: string): Promise<void> => {
    await disk.remove(folder, id).catch((error: unknown) => {
      logger.info('parts of a transfer could not be removed', { errorCode: errorCode(error) });
    });
    forget(folder);
  };
  const outgoing = new OutgoingTransfers({
    book,
    source,
    sourceOf: () => source,
    store,
    crypto,
    network,
    clock,
    logger,
    random: Math.random,
    createId: () => toHex(crypto.randomBytes(16)),
    onShown: (id) => news.changed(id),
    onOver,
  });
  const incoming = new IncomingTransfers({
    book,
    disk,
    clock,
    logger,
    crypto,
    pathBelow: (folder, names) => [folder, ...names].join('/'),
    folderFor: () => {
      throw new FilesError('file.refused', 'a browser has no inbox');
    },
    folderOfTerminal: () => Promise.resolve(undefined),
    takeChosen: () => undefined,
    mayOffer: () => false,
    shared: () => {
      throw new FilesError('file.not-shared', 'a browser shares nothing');
    },
    onShown: (id) => news.changed(id),
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
    onOver,
  });
  const transferViews = new TransferViews({
    nameOf: (peerId) => peers.nameOf(peerId),
    waitsFor: (record) => waitsFor(record, { outgoing, incoming }),
    meterOf: ({ id, direction }) => (direction === 'out' ? outgoing.meterOf(id) : incoming.meterOf(id)),
    isCutOff: (peerId) => network.current(peerId) === undefined,
    // Pages have no paths that a person knows.
    folderOf: () => undefined,
  });
  const viewOf = (id: string): TransferView => transferViews.view(knownTransfer(book, id));
  const receiverOf = (peer: string): PeerId => {
    const { peerId, browser } = peers.find(peer);
    if (browser !== undefined) throw new FilesError('file.browser', 'a browser takes no files');
    peers.requireCompared(peerId);
    return peerId;
  };
  /** Reports whether a peer may have something to say about a transfer. */
  const hasOpen = (peerId: PeerId): boolean => book.list().some(({ peer, state }) => peer === peerId && !isOver(state));
  events.on('peer.linked', ({ peerId }) => {
    outgoing.linked(peerId);
    requested.linked(peerId);
  });
  events.on('links.changed', () => outgoing.reachableChanged());
  events.on('peers.changed', (change) => {
    if (change.kind !== 'removed') return;
    const { peerId } = change;
    void (async () => {
      await endTransfersWith({ book, outgoing, incoming, requested }, peerId);
      book.forgetPeer(peerId);
    })().catch((error: unknown) =>
      logger.error('transfers of a removed peer could not be removed', { errorCode: errorCode(error) }),
    );
  });
  return {
    serveFiles: (stream, peerId) => {
      if (!hasOpen(peerId)) {
        stream.refuse('rights.denied', 'a browser takes no files that it has not asked for');
        return;
      }
      const authorize = (): Promise<Readonly<{ code: string }>> => Promise.resolve({ code: 'rights.denied' });
      void incoming.serve(stream, { peerId, name: peers.nameOf(peerId) ?? '', authorize });
    },
    serveContents: (stream, peerId) => incoming.serveContents(stream, peerId),
    handlers: {
      'transfers.send': async ({ peer, paths, name, terminal }) =>
        transferViews.view(await outgoing.send(receiverOf(peer), paths, { name, terminal })),
      ...createTransferHandlers({
        book,
        views: transferViews,
        outgoing,
        incoming,
        requested,
        firstPath: () => undefined,
      }),
      ...createRemoteHandlers({
        core,
        client,
        put: async (peerId, { paths, name, ...there }) =>
          transferViews.view(await outgoing.send(peerId, paths, { name, there })),
        get: async (peerId, { into, ...there }) => {
          if (into === undefined) throw new FilesError('file.browser-place', 'no place was picked');
          const folder = await disk.prepare(into);
          const id = toHex(crypto.randomBytes(16));
          requested.begin(peerId, id, { there, folder });
          return viewOf(id);
        },
      }),
    },
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

/** Code of a transfer whose page is gone with what a person has picked there. */
const PAGE_CLOSED = 'file.page-closed';
