import { fullJitter } from '#shared/back-off.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, FormatError } from '#shared/errors.ts';
import { FilesError, isOver } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { NOTHING_YET, type TransferBook, type TransferRecord } from '../transfer-book.ts';
import type { FolderClient } from './folder-client.ts';

/** Pauses after failed attempts, ms. A link that comes back ends a pause. */
const BACK_OFF = { first: 2000, longest: 60_000 };
/** Longest time of one attempt, ms: a person there may be asked. */
const ATTEMPT = 600_000;

/** Refusals for which the other machine has too much to do now. */
const PASSING: ReadonlySet<string> = new Set(['file.offers', 'file.full']);

export type RequestedTransfersOptions = Readonly<{
  book: TransferBook;
  client: Pick<FolderClient, 'change'>;
  clock: Clock;
  logger: Logger;
  random: () => number;
  /** Reports whether the other machine sends the transfer now. */
  isActive(id: string): boolean;
  mayReach(peerId: PeerId): boolean;
  onOver(record: TransferRecord): void;
}>;

/**
 * Transfers that this machine has asked for, out of folders that others share with it. Each is asked for until the other machine has begun it, and again,
 * by the same ID, when a link comes back: whichever machine was restarted, it goes on where it was.
 */
export class RequestedTransfers {
  readonly #options: RequestedTransfersOptions;
  readonly #asking = new Map<string, AbortController>();
  readonly #pauses = new Map<string, Timer>();
  /** Transfers that could not be asked for, since their machine was out of reach. */
  readonly #unreached = new Set<string>();
  readonly #failures = new Map<string, number>();
  #isClosed = false;

  constructor(options: RequestedTransfersOptions) {
    this.#options = options;
  }

  /** Continues the transfers of an earlier run. Called once, when the agent starts. */
  start(): void {
    this.#askAll();
  }

  /** Called when a link with the peer was established. */
  linked(peerId: PeerId): void {
    this.#askAll(peerId);
  }

  /** Called when peers may be reachable that were not: a link may have a path again, without a new one. */
  reachableChanged(): void {
    const ids = [...this.#unreached];
    // Those that still can't be asked for are noted again.
    for (const id of ids) void this.#ask(id);
  }

  /** Adds a transfer out of a folder that a peer shares, and asks for it. @param folder place here into which it goes @throws {StoreError} `store.write` */
  begin(
    peer: PeerId,
    id: string,
    { there, folder }: Readonly<{ there: NonNullable<TransferRecord['there']>; folder: string }>,
  ): void {
    const now = this.#options.clock.now();
    this.#options.book.add({
      ...NOTHING_YET,
      id,
      direction: 'in',
      peer,
      names: [there.name ?? there.path.at(-1) ?? there.folder],
      top: 1,
      state: 'waiting',
      since: now,
      startedAt: now,
      folder,
      there,
    });
    this.ask(id);
  }

  /** Asks for a transfer that goes on. */
  ask(id: string): void {
    this.#failures.delete(id);
    this.#pauses.get(id)?.cancel();
    this.#pauses.delete(id);
    void this.#ask(id);
  }

  /** Stops asking. */
  stop(id: string): void {
    this.#asking.get(id)?.abort();
    this.#pauses.get(id)?.cancel();
    this.#pauses.delete(id);
    this.#failures.delete(id);
  }

  close(): void {
    this.#isClosed = true;
    for (const aborting of this.#asking.values()) aborting.abort();
    for (const timer of this.#pauses.values()) timer.cancel();
  }

  #askAll(peerId?: PeerId): void {
    for (const { id, peer } of this.#options.book.list())
      if (this.#wanted(id) !== undefined && (peerId === undefined || peer === peerId)) this.ask(id);
  }

  /** Returns a transfer that has to be asked for. */
  #wanted(id: string): TransferRecord | undefined {
    const record = this.#options.book.get(id);
    const isWanted =
      record?.direction === 'in' && record.there !== undefined && !isOver(record.state) && record.paused !== true;
    return isWanted ? record : undefined;
  }

  async #ask(id: string): Promise<void> {
    const { book, client, isActive, mayReach, logger, onOver } = this.#options;
    const record = this.#wanted(id);
    this.#unreached.delete(id);
    if (record?.there === undefined || this.#isClosed || this.#asking.has(id) || isActive(id)) return;
    if (!mayReach(record.peer)) {
      this.#unreached.add(id);
      return;
    }
    const aborting = new AbortController();
    this.#asking.set(id, aborting);
    try {
      const { folder, path, name } = record.there;
      const signal = AbortSignal.any([aborting.signal, AbortSignal.timeout(ATTEMPT)]);
      await client.change(
        record.peer,
        { type: 'get', root: folder, path: [...path], transfer: id, ...(name === undefined ? {} : { name }) },
        signal,
      );
      this.#failures.delete(id);
    } catch (error) {
      if (aborting.signal.aborted || this.#wanted(id) === undefined) return;
      const code = errorCode(error);
      if (error instanceof FilesError || error instanceof FormatError) {
        if (PASSING.has(code)) this.#later(id);
        else {
          const state = code.startsWith('rights.') || code === 'file.not-shared' ? 'refused' : 'failed';
          const over = book.update(id, { state, code: error instanceof FormatError ? 'file.protocol' : code });
          if (over !== undefined) onOver(over);
        }
        return;
      }
      logger.debug('a file could not be asked for', { peer: record.peer, errorCode: code });
      this.#later(id);
    } finally {
      this.#asking.delete(id);
    }
  }

  #later(id: string): void {
    const { clock, random } = this.#options;
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    this.#pauses.get(id)?.cancel();
    this.#pauses.set(
      id,
      clock.setTimer(fullJitter(failures, BACK_OFF, random), () => {
        this.#pauses.delete(id);
        void this.#ask(id);
      }),
    );
  }
}
