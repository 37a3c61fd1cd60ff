import type { AppHandlers } from '#shared/app-api/index.ts';
import { FilesError, isOver, mayStartAgain } from '#shared/files/index.ts';
import { newestThatFit } from '../core/newest-that-fit.ts';
import type { RequestedTransfers } from './folders/requested-transfers.ts';
import type { IncomingTransfers } from './receiver/incoming-transfers.ts';
import type { OutgoingTransfers } from './sender/outgoing-transfers.ts';
import type { TransferBook, TransferRecord } from './transfer-book.ts';
import { listed, type TransferViews } from './transfer-views.ts';

type TransferHandlers = Pick<
  AppHandlers,
  `transfers.${'list' | 'get' | 'pause' | 'go' | 'cancel' | 'remove' | 'clear'}`
>;

export type TransferHandlersParts = Readonly<{
  book: TransferBook;
  views: TransferViews;
  outgoing: OutgoingTransfers;
  incoming: IncomingTransfers;
  requested: RequestedTransfers;
  /** Returns the path of the first file or folder of a transfer on this machine; undefined until it is there, and where there are no paths. */
  firstPath(record: TransferRecord): string | undefined;
}>;

/** Creates the handlers of the calls about transfers that are in the book, which a machine and a browser answer alike. */
export function createTransferHandlers(parts: TransferHandlersParts): TransferHandlers {
  const { book, views, outgoing, incoming, requested, firstPath } = parts;
  const viewOf = (id: string) => views.view(knownTransfer(book, id));
  return {
    'transfers.list': async () => newestThatFit(listed(book.list()).map((record) => views.view(record))),
    'transfers.get': async ({ id }) => {
      const record = knownTransfer(book, id);
      return {
        transfer: views.view(record),
        failures: record.failures.map(({ path, code }) => ({ path, code })),
        path: firstPath(record) ?? null,
      };
    },
    'transfers.pause': async ({ id }) => {
      const { direction, state } = knownTransfer(book, id);
      if (isOver(state)) throw isOverError(id);
      if (direction === 'out') outgoing.pause(id);
      else incoming.pause(id);
      return viewOf(id);
    },
    'transfers.go': async ({ id }) => {
      const record = knownTransfer(book, id);
      // The machine that has asked for a transfer is the one that starts it again.
      const isOwn = record.direction === 'in' ? record.there !== undefined : record.here === undefined;
      if (isOver(record.state) && (!isOwn || !mayStartAgain(record.state))) throw isOverError(id);
      if (record.direction === 'out') outgoing.go(record);
      else {
        incoming.go(id);
        if (record.there !== undefined) requested.ask(id);
      }
      return viewOf(id);
    },
    'transfers.cancel': async ({ id }) => {
      const record = knownTransfer(book, id);
      if (isOver(record.state) && !mayStartAgain(record.state)) throw isOverError(id);
      if (record.direction === 'out') {
        if (isOver(record.state)) outgoing.cancelledThere(id);
        else await outgoing.cancel(id);
      } else if (!(await cancelIncoming(parts, id))) outgoing.tell(record.peer, id);
      return viewOf(id);
    },
    'transfers.remove': async ({ id }) => {
      const { state } = knownTransfer(book, id);
      if (!isOver(state)) throw new FilesError('file.running', 'the transfer is not over', { details: { id } });
      book.remove(id);
      return {};
    },
    'transfers.clear': async () => {
      for (const record of book.list()) if (isOver(record.state)) book.remove(record.id);
      return {};
    },
  };
}

/** Returns a transfer of the book. @throws {FilesError} `file.unknown` */
export function knownTransfer(book: TransferBook, id: string): TransferRecord {
  const record = book.get(id);
  if (record === undefined) throw new FilesError('file.unknown', 'no such transfer', { details: { id } });
  return record;
}

/** Ends a transfer to this device for good. @returns false if its sender doesn't know yet */
export async function cancelIncoming(
  { incoming, requested }: Pick<TransferHandlersParts, 'incoming' | 'requested'>,
  id: string,
): Promise<boolean> {
  requested.stop(id);
  return await incoming.cancel(id);
}

/** Ends all transfers with a peer that was removed, and forgets them. @throws {StoreError} `store.write` */
export async function endTransfersWith(
  parts: Pick<TransferHandlersParts, 'book' | 'outgoing' | 'incoming' | 'requested'>,
  peerId: string,
): Promise<void> {
  const { book, outgoing } = parts;
  for (const { id, direction, peer, state } of book.list())
    if (peer === peerId && !isOver(state))
      await (direction === 'out' ? outgoing.cancel(id) : cancelIncoming(parts, id));
}

function isOverError(id: string): FilesError {
  return new FilesError('file.over', 'the transfer is over', { details: { id } });
}
