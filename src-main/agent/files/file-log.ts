import type { PeerId } from '#shared/identity/index.ts';
import type { Clock } from '#shared/clock.ts';
import { OTHERS, RepeatedEntries, type AuditEvents, type AuditLog } from '../core/store/index.ts';
import type { TransferRecord } from './transfer-book.ts';

type Change = Omit<AuditEvents['folder.changed'], 'peer' | 'name' | 'count'>;

/**
 * Writer of transfers and of changes in shared folders into the audit log. What a peer causes is counted: the first entries of a minute are written at
 * once, and further ones together, so that it can't push older entries out of the log.
 */
export class FileLog {
  readonly #audit: Pick<AuditLog, 'record'>;
  readonly #nameOf: (peerId: PeerId) => string;
  readonly #entries: RepeatedEntries;

  constructor(
    options: Readonly<{ audit: Pick<AuditLog, 'record'>; clock: Clock; nameOf: (peerId: PeerId) => string }>,
  ) {
    this.#audit = options.audit;
    this.#nameOf = options.nameOf;
    this.#entries = new RepeatedEntries(options.clock);
  }

  /** Records that a peer copies something out of a shared folder. @param path with the folder's name */
  read(peer: PeerId, transfer: string, path: string): void {
    // Of two transfers of one file each has its entry: what is counted under an ID is that transfer.
    this.#entries.count(peer, 'read', JSON.stringify([path, transfer]), (shown, count) => {
      const what = shown === OTHERS ? { transfer: OTHERS, path: OTHERS } : { transfer, path };
      this.#audit.record('folder.read', { peer, name: this.#nameOf(peer), ...what, count });
    });
  }

  /** Records that a peer has changed something in a shared folder. */
  changed(peer: PeerId, change: Change): void {
    const { action, path, to } = change;
    this.#entries.count(peer, action, JSON.stringify([path, to]), (shown, count) => {
      const what = shown === OTHERS ? { path: OTHERS, to: to === '' ? '' : OTHERS } : { path, to };
      this.#audit.record('folder.changed', { peer, name: this.#nameOf(peer), action, ...what, count });
    });
  }

  /** Records a transfer that is over. */
  over(record: TransferRecord): void {
    const { id, peer, direction, there, here, filesDone, bytesDone, failed } = record;
    // What a person or agent here has begun is written whole.
    if (direction === 'in' ? there !== undefined : here === undefined) {
      this.#writeOver(record, id, 1, [filesDone, bytesDone, failed]);
      return;
    }
    this.#entries.count(
      peer,
      `${direction}-${record.state}`,
      id,
      (shown, count, sums) => this.#writeOver(record, shown, count, sums),
      [filesDone, bytesDone, failed],
    );
  }

  /** Writes the entries that were only counted so far. */
  close(): void {
    this.#entries.close();
  }

  #writeOver(
    { peer, direction, state, code, folder = '', agent }: TransferRecord,
    transfer: string,
    count: number,
    [files = 0, bytes = 0, failed = 0]: readonly number[],
  ): void {
    const about = { peer, name: this.#nameOf(peer), transfer, files, bytes, count };
    if (state !== 'done' && state !== 'partly')
      this.#audit.record('transfer.ended', {
        ...about,
        direction,
        state,
        code: transfer === OTHERS ? '' : (code ?? ''),
      });
    else if (direction === 'in')
      this.#audit.record('transfer.received', { ...about, failed, folder: transfer === OTHERS ? '' : folder });
    else this.#audit.record('transfer.sent', { ...about, failed, ...(agent === undefined ? {} : { agent }) });
  }
}
