import { toHex } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import { FilesError, isOver, type IncomingDisk, type OwnDisk, type TransferStore } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { DocumentFile } from '#shared/storage.ts';
import type { Core } from '../../core/core.ts';
import type { Module } from '../../core/module.ts';
import type { NetworkModule } from '../../network/index.ts';
import { createRemoteHandlers } from '../folders/remote-handlers.ts';
import { createTransferHandlers, knownTransfer } from '../transfer-handlers.ts';
import { createTransfers } from '../transfers.ts';

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
  const { crypto, logger: coreLogger, peers } = core;
  const logger = coreLogger.child({ part: 'files' });
  const { source, disk, forget } = files;
  /** Nothing stays of a copy that has failed: it begins from its start again. */
  const forgetPlace = async (id: string, folder: string): Promise<void> => {
    await disk.remove(folder, id).catch((error: unknown) => {
      logger.info('parts of a transfer could not be removed', { errorCode: errorCode(error) });
    });
    forget(folder);
  };
  const transfers = createTransfers(core, {
    network,
    logger,
    ...files,
    receiver: {
      pathBelow: (folder, names) => [folder, ...names].join('/'),
      folderFor: () => {
        throw new FilesError('file.refused', 'a browser has no inbox');
      },
      folderOfTerminal: () => Promise.resolve(undefined),
      takeChosen: () => undefined,
      mayOffer: () => false,
      sizeLimit: () => undefined,
      shared: () => {
        throw new FilesError('file.not-shared', 'a browser shares nothing');
      },
    },
    sourceOf: () => source,
    // Pages have no paths that a person knows.
    folderOf: () => undefined,
    onShown: () => undefined,
    onOver: ({ id, direction, folder, code, peer }) => {
      if (direction === 'in' && folder !== undefined) void forgetPlace(id, folder);
      // The machine would wait for it for a week.
      else if (code === PAGE_CLOSED) outgoing.tell(peer, id);
    },
    // Its parts went when it was over.
    onForgotten: () => undefined,
  });
  const { book, views, outgoing, incoming, requested, client, viewOf } = transfers;
  const handlers = createTransferHandlers({ ...transfers, firstPath: () => undefined });
  const receiverOf = (peer: string): PeerId => {
    const { peerId, browser } = peers.find(peer);
    if (browser !== undefined) throw new FilesError('file.browser', 'a browser takes no files');
    peers.requireCompared(peerId);
    return peerId;
  };
  /** Reports whether a peer may have something to say about a transfer. */
  const hasOpen = (peerId: PeerId): boolean => book.list().some(({ peer, state }) => peer === peerId && !isOver(state));
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
        views.view(await outgoing.send(receiverOf(peer), paths, { name, terminal })),
      ...handlers,
      'transfers.go': async (input, context) => {
        const { id, direction, state } = knownTransfer(book, input.id);
        // Its place was given up when it was over, and may be one of others now.
        if (direction === 'in' && isOver(state))
          throw new FilesError('file.browser-again', 'a copy does not start again in a page', { details: { id } });
        return await handlers['transfers.go'](input, context);
      },
      ...createRemoteHandlers({
        core,
        client,
        put: async (peerId, { paths, name, ...there }) =>
          views.view(await outgoing.send(peerId, paths, { name, there })),
        get: async (peerId, { into, ...there }) => {
          if (into === undefined) throw new FilesError('file.browser-place', 'no place was picked');
          const folder = await disk.prepare(into);
          const id = toHex(crypto.randomBytes(16));
          try {
            requested.begin(peerId, id, { there, folder });
          } catch (error) {
            forget(folder);
            throw error;
          }
          return viewOf(id);
        },
      }),
    },
    start: () => transfers.start(),
    stop: () => transfers.stop(),
    close: async () => await transfers.close(),
  };
}

/** Code of a transfer whose page is gone with what a person has picked there. */
const PAGE_CLOSED = 'file.page-closed';
