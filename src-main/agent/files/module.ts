import { basename, dirname, join } from 'node:path';
import type { FolderMode } from '#shared/app-api/index.ts';
import { toHex, toUtf8 } from '#shared/bytes/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import {
  FilesError,
  isOver,
  SHOWN_ROOTS,
  type IncomingDisk,
  type OwnDisk,
  type SourceRoot,
  type TransferState,
  type TransferStore,
} from '#shared/files/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { DocumentFile } from '#shared/storage.ts';
import type { AgentTransfer, AgentTransfers, AgentTransfersSlot } from '../core/agent-transfers.ts';
import type { Core } from '../core/core.ts';
import type { Handlers, Module } from '../core/module.ts';
import type { NetworkModule } from '../network/index.ts';
import type { TerminalsModule } from '../terminals/index.ts';
import type { StreamsModule } from '../streams/index.ts';
import { FolderServer } from './folders/folder-server.ts';
import { FolderShelf } from './folders/folder-shelf.ts';
import { createFolderHandlers } from './folders/handlers.ts';
import { sharedSource } from './folders/shared-source.ts';
import { Shares } from './folders/shares.ts';
import { inboxFolder } from './inbox-folders.ts';
import type { TransferRecord } from './transfer-book.ts';
import { createTransferHandlers, knownTransfer } from './transfer-handlers.ts';
import { createTransfers } from './transfers.ts';
import { Tidying } from './tidying.ts';

/** Time that parts have to be written when the agent closes, ms. */
const CLOSE_TIMEOUT = 3000;

/** Most characters of a name that a message has. */
const LONGEST_NAME = 255;

/** Files of transfers. */
export type TransferFiles = Readonly<{
  /** `transfers.json`: transfers in both directions. */
  book: DocumentFile;
  /** Lists of the transfers from here. */
  store: TransferStore;
  source: OwnDisk;
  disk: IncomingDisk;
  /** Folder with one folder for each peer whose files arrive, unless a person has chosen another. */
  inbox: string;
  /** Folders that are never shared: the profile, which holds this device's keys. */
  privateFolders: readonly string[];
}>;

export type FilesDependencies = Readonly<{
  /** Files of transfers; undefined: this agent sends and takes none. */
  transfers?: TransferFiles | undefined;
  agentTransfers: AgentTransfersSlot;
  network: Pick<NetworkModule, 'network'>;
  streams: Pick<StreamsModule, 'serveFiles'>;
  terminals: Pick<TerminalsModule, 'terminals'>;
}>;

/**
 * Creates the module that sends files and folders to peers, and takes those of peers that have the right `send`, into the inbox. Answers the calls
 * `transfers.*` and `folders.*`. Shares folders with peers that have the right `files`. Writes the audit log. Called by `Agent`.
 * @throws {StoreError} if `transfers.json` can't be used
 */
export function createFiles(
  core: Core,
  { transfers: files, agentTransfers, network: { network }, streams, terminals: { terminals } }: FilesDependencies,
): Module {
  if (files === undefined) return {};
  const { approvals, clock, crypto, identity, logger: coreLogger, peers, policy, settings } = core;
  const logger = coreLogger.child({ part: 'files' });
  const { store, source, disk } = files;
  /** Calls of agents that wait for their transfers. */
  const listeners = new Set<(id: string, state: TransferState) => void>();
  const nameOf = (peerId: PeerId): string => peers.nameOf(peerId) ?? '';
  /** Folders that a person has chosen: for the next transfer of a peer that is accepted, and while calls are open. */
  const chosen = new Map<PeerId, string>();
  const expected: Readonly<{ from: PeerId | undefined; into: string }>[] = [];

  const shelf = new FolderShelf({ clock, privateFolders: files.privateFolders });
  const shares = new Shares(core, shelf);
  const inbox = (): string => settings.value.fileInbox ?? files.inbox;
  const inboxView = () => ({ folder: inbox(), isDefault: settings.value.fileInbox === undefined });
  const folderFor = (peerId: PeerId): string => {
    const expectation = expected.findLast(({ from }) => from === undefined || from === peerId);
    if (expectation !== undefined) return expectation.into;
    const others = peers.list().map((one) => ({ peerId: one.peerId, name: one.name }));
    return inboxFolder(inbox(), { peerId, name: nameOf(peerId) }, others);
  };
  const transfers = createTransfers(core, {
    network,
    logger,
    book: files.book,
    store,
    source,
    disk,
    receiver: {
      pathBelow: (folder, names) => join(folder, ...names),
      folderFor,
      folderOfTerminal: async (peerId, terminal) => await terminals.folderOf(terminal, peerId),
      takeChosen: (peerId) => {
        const into = chosen.get(peerId);
        chosen.delete(peerId);
        return into;
      },
      mayOffer: (peerId) => policy.decision(peerId, 'send') !== 'deny' && !peers.isSuspended(peerId),
      sizeLimit: (peerId) => policy.sizeLimit(peerId),
      shared: (peerId, name) => shares.require(peerId, name, 'write'),
    },
    sourceOf: ({ peer, here }) =>
      here === undefined
        ? source
        : sharedSource({ shelf, root: here.root, require: () => requireShared(peer, here, 'read') }),
    folderOf: ({ direction, folder, roots = [] }) =>
      direction === 'in' ? folder : roots[0] === undefined ? undefined : dirname(roots[0].path),
    onShown: ({ id, state }) => {
      for (const listener of listeners) listener(id, state);
    },
    onOver: () => undefined,
    onForgotten: (record) => void incoming.removeParts(record),
  });
  const { book, log, outgoing, incoming, requested, client, viewOf } = transfers;
  const server = new FolderServer({
    shares,
    shelf,
    clock,
    logger,
    send: async (peer, { transfer, path, name }, { name: folder, path: root }) => {
      outgoing.serve(
        peer,
        transfer,
        { path: join(root, ...path), name: name ?? path.at(-1) ?? folder },
        { folder, root, path },
      );
      log.read(peer, transfer, [folder, ...path].join('/'));
    },
    onTrash: (folder) => book.noteHidden({ ...folder, has: 'trash' }),
    onChanged: (peer, change) => log.changed(peer, change),
  });
  /** Checks that a folder of a transfer is shared yet, and the same. @throws {FilesError} `file.not-shared`, `file.read-only` */
  const requireShared = (
    peer: PeerId,
    { folder, root }: NonNullable<TransferRecord['here']>,
    mode: FolderMode,
  ): void => {
    if (shares.require(peer, folder, mode).path !== root)
      throw new FilesError('file.not-shared', 'another folder has the name now');
  };
  /** Reports whether a transfer uses a shared folder that the peer may not use any more. */
  const isUnshared = ({ peer, here, direction }: TransferRecord): boolean => {
    if (here === undefined) return false;
    try {
      requireShared(peer, here, direction === 'in' ? 'write' : 'read');
      return false;
    } catch {
      return true;
    }
  };
  const endUnshared = (peerId: PeerId): void => {
    incoming.revoke(peerId, isUnshared);
    outgoing.revoke(peerId, isUnshared);
  };
  /** Ends what a peer does in shared folders, since they have changed; what it may do yet it does again. */
  const reviewShares = (peerId: PeerId): void => {
    server.review(peerId);
    endUnshared(peerId);
  };
  const tidying = new Tidying({
    book,
    disk,
    shelf,
    clock,
    logger,
    // A folder that may only be read by now may have been changed before.
    shared: () => peers.list().flatMap(({ folders: shared = [] }) => shared.map(({ path }) => path)),
    tidyParts: async (folder) => await incoming.tidy(folder),
  });

  streams.serveFiles({
    serve: async (stream, caller) => await incoming.serve(stream, caller),
    serveContents: (stream, peerId) => incoming.serveContents(stream, peerId),
    expects: (peerId) =>
      book.list().some(({ peer, direction, there, state }) => {
        return peer === peerId && direction === 'in' && there !== undefined && !isOver(state);
      }),
    serveFolders: async (stream, caller) => await server.serve(stream, caller),
    revoke: (peerId, right) => {
      if (right === 'send') incoming.revoke(peerId, ({ here, there }) => here === undefined && there === undefined);
      else {
        server.revoke(peerId);
        incoming.revoke(peerId, ({ here }) => here !== undefined);
        outgoing.revoke(peerId, ({ here }) => here !== undefined);
      }
    },
  });
  // What needed no question before and would need one now ends, as under a right that was taken away. What a person was asked about goes on.
  const stopReviews = policy.onReview(({ peerId, right, isLimitOnly, limitBefore }) => {
    if (right !== 'send' || !isLimitOnly) return;
    incoming.revoke(peerId, ({ here, there, bytes, bytesDone }) => {
      const size = Math.max(bytes ?? 0, bytesDone);
      const isAsked = here !== undefined || there !== undefined || size > limitBefore;
      return !isAsked && policy.decision(peerId, 'send', undefined, size) !== 'allow';
    });
  });
  /** Returns the peer to which something is to be sent. */
  const receiverOf = (peer: string): PeerId => {
    if (peer === identity.peerId) throw new FilesError('file.own', 'this machine does not send to itself');
    const { peerId, browser } = peers.find(peer);
    if (browser !== undefined) throw new FilesError('file.browser', 'a browser takes no files');
    peers.requireCompared(peerId);
    return peerId;
  };

  const ofAgent = (agent: string, id: string): TransferRecord => {
    const record = book.get(id);
    if (record?.agent !== agent) throw new FilesError('file.unknown', 'no such transfer', { details: { id } });
    return record;
  };
  const agentTransfer = (record: TransferRecord): AgentTransfer => ({
    transfer: transfers.views.view(record),
    failures: record.failures.map(({ path, code }) => ({ path, code })),
  });
  const idOfKey = (agent: string, key: string): string =>
    toHex(crypto.sha256(toUtf8(`clawreach agent transfer\0${agent}\0${key}`)).subarray(0, 16));
  /** Runs an action that queues files whose contents it writes to the profile. Those that no transfer has afterwards are removed. */
  const spooled = async <Queued extends Readonly<{ transfer: string }>>(
    action: (spool: (contents: Uint8Array) => Promise<string>) => Promise<Queued>,
  ): Promise<Queued> => {
    const written: string[] = [];
    let transfer: string | undefined;
    try {
      const queued = await action(async (contents) => {
        const path = await store.spool(contents);
        written.push(path);
        return path;
      });
      ({ transfer } = queued);
      return queued;
    } finally {
      const kept = transfer === undefined ? [] : (book.get(transfer)?.roots ?? []);
      for (const path of written)
        if (!kept.some((root) => basename(root.path) === basename(path)))
          await store.removeSpool(path).catch((error: unknown) => {
            logger.info('a file for contents could not be removed', { errorCode: errorCode(error) });
          });
    }
  };
  const ofAgents: AgentTransfers = {
    grant: async (folder) => await source.grant(folder),
    send: async (by, peerId, paths, key) => {
      const id = key === undefined ? undefined : idOfKey(by.agent, key);
      const sent = id === undefined ? undefined : book.get(id);
      if (sent?.agent === by.agent) {
        if (sent.peer !== peerId)
          throw new ClawReachError('api.key', 'other files were sent with this key', { details: { id: sent.id } });
        return agentTransfer(sent);
      }
      const receiver = receiverOf(peerId);
      const found = await outgoing.find(paths, by);
      return agentTransfer(outgoing.queue(receiver, found, { agent: by.agent, id }));
    },
    attach: async (by, peerId, attached, key) => {
      const receiver = receiverOf(peerId);
      const id = key === undefined ? undefined : idOfKey(`message ${by?.agent ?? ''}`, key);
      // What has no place costs no space.
      if (id === undefined || book.get(id) === undefined) outgoing.requireRoom(receiver, by?.agent);
      const { found, transfer } = await spooled(async (spool) => {
        const roots: SourceRoot[] = [];
        for (const one of attached)
          if (typeof one === 'string') roots.push(...(await outgoing.find([one], by)));
          else {
            const { path, size } = await source.find(await spool(one.contents));
            roots.push({ path, name: one.name, ...(size === undefined ? {} : { size }) });
          }
        return { found: roots, transfer: outgoing.queue(receiver, roots, { agent: by?.agent, id }).id };
      });
      return found.map(({ name, size }) => ({
        transfer,
        name: cutText(name.toWellFormed(), LONGEST_NAME),
        ...(size === undefined ? {} : { size }),
      }));
    },
    stateOf: (transfer, peerId, direction) => {
      const waiting = { state: 'waiting', code: null, files: [] } as const;
      const isDenied = direction === 'in' && policy.decision(peerId, 'send') === 'deny';
      const record = book.get(transfer) ?? book.remembered(transfer);
      // One of another peer, or in the other direction, is none.
      if (record === undefined || record.peer !== peerId || ('direction' in record && record.direction !== direction))
        return isDenied ? { ...waiting, state: 'refused', code: 'rights.denied' } : waiting;
      if (!('direction' in record)) return { ...waiting, state: record.state };
      const { state, code, names, roots = [], placed = [], folder, top } = record;
      // Of a transfer with missing files, no one knows which name is whose.
      const isPlaced = direction === 'in' && folder !== undefined && placed.length === Math.min(top, SHOWN_ROOTS);
      // A private file for contents is no place of the file.
      const placeOf = (path: string | undefined): string | undefined =>
        path === undefined || store.isSpool(path) ? undefined : path;
      const place = (index: number): string | undefined =>
        direction === 'out'
          ? placeOf(roots[index]?.path)
          : isPlaced && isOver(state)
            ? join(folder, placed[index] ?? '')
            : undefined;
      return { state, code, files: names.map((name, index) => ({ name, path: place(index) ?? null })) };
    },
    drop: async (transfer) => {
      const record = book.get(transfer);
      if (record === undefined || record.direction !== 'out' || isOver(record.state)) return;
      await outgoing.cancel(transfer).catch((error: unknown) => {
        logger.error('the files of a message could not be cancelled', { errorCode: errorCode(error) });
      });
    },
    get: (agent, id) => agentTransfer(ofAgent(agent, id)),
    cancel: async (agent, id) => {
      if (isOver(ofAgent(agent, id).state))
        throw new FilesError('file.over', 'the transfer is over', { details: { id } });
      await outgoing.cancel(id);
      return agentTransfer(knownTransfer(book, id));
    },
    cancelAll: async (agent) => {
      for (const { id, agent: by, state } of book.list()) if (by === agent && !isOver(state)) await outgoing.cancel(id);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  agentTransfers.set(ofAgents);

  const handlers: Handlers = {
    'transfers.send': async ({ peer, paths, name, terminal }) => {
      const record = await outgoing.send(receiverOf(peer), paths, { name, terminal });
      return transfers.views.view(record);
    },
    ...createTransferHandlers({ ...transfers, firstPath }),
    'transfers.accept': async ({ approval, into }) => {
      const asked = approvals.list().find((one) => one.id === approval);
      const peerId = asked?.peerId as PeerId | undefined;
      if (into !== undefined && asked?.right === 'send' && peerId !== undefined)
        chosen.set(peerId, await disk.prepare(into));
      try {
        approvals.decide(approval, 'approve');
      } catch (error) {
        if (peerId !== undefined) chosen.delete(peerId);
        throw error;
      }
      return {};
    },
    'transfers.receive': async ({ from, into }, { signal }) => {
      const expectation = {
        from: from === undefined ? undefined : peers.find(from).peerId,
        into: await disk.prepare(into),
      };
      expected.push(expectation);
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        if (signal.aborted) resolve();
      });
      expected.splice(expected.indexOf(expectation), 1);
      return {};
    },
    'transfers.inbox': async () => inboxView(),
    'transfers.setInbox': async ({ folder }) => {
      const chosen = folder === null ? undefined : await disk.prepare(folder);
      settings.update(({ fileInbox: _before, ...others }) =>
        chosen === undefined ? others : { ...others, fileInbox: chosen },
      );
      return inboxView();
    },
    'transfers.spool': async ({ peer }) => {
      if (peer !== undefined) outgoing.requireRoom(receiverOf(peer));
      return { path: await store.spool() };
    },
    ...createFolderHandlers({
      core,
      shares,
      client,
      reviewShares,
      put: async (peerId, { paths, name, ...there }) => {
        const record = await outgoing.send(peerId, paths, { name, there });
        return transfers.views.view(record);
      },
      get: async (peerId, { into, ...there }) => {
        const folder = await disk.prepare(into ?? folderFor(peerId));
        const id = toHex(crypto.randomBytes(16));
        requested.begin(peerId, id, { there, folder });
        return viewOf(id);
      },
    }),
  };
  return {
    handlers,
    start: () => {
      transfers.start();
      tidying.start();
    },
    stop: () => {
      stopReviews();
      transfers.stop();
      tidying.close();
      server.close();
      shelf.close();
    },
    close: async () => await transfers.close(),
    closeTimeout: CLOSE_TIMEOUT,
  };
}

/** Returns the path of the first file or folder of a transfer on this machine; undefined until it is there. */
function firstPath({ direction, roots = [], folder, placed = [] }: TransferRecord): string | undefined {
  if (direction === 'out') return roots[0]?.path;
  return folder === undefined || placed[0] === undefined ? undefined : join(folder, placed[0]);
}
