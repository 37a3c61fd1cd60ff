import {
  FilesError,
  isOver,
  mayStartAgain,
  PARTS_LIFE,
  SHOWN_ROOTS,
  TRANSFERS_PER_PEER,
  UNFINISHED,
  UNFINISHED_PER_AGENT,
  UNFINISHED_PER_PEER,
  type OwnDisk,
  type SourceRoot,
} from '#shared/files/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { ListRoom } from '../list-room.ts';
import type { RateMeter } from '../rate-meter.ts';
import { NOTHING_YET, type TransferRecord } from '../transfer-book.ts';
import { OutgoingTransfer, tellCancelled, type OutgoingOptions, type WaitsFor } from './outgoing-transfer.ts';

export type OutgoingTransfersOptions = Omit<
  OutgoingOptions,
  'takeTurn' | 'giveTurn' | 'takeList' | 'giveList' | 'listBytes'
> &
  Readonly<{
    source: Pick<OwnDisk, 'find' | 'findBelow'>;
    /** Room for the lists of what peers have asked for; undefined: that of the protocol. */
    lists?: ListRoom | undefined;
    /** Returns a new ID of a transfer. */
    createId(): string;
  }>;

/** Agent of this machine, and the folder below which it may send files. */
export type AgentFolder = Readonly<{ agent: string; folder: string }>;

/**
 * Transfers from this machine: queues them, gives each peer's their turns, and continues those of an earlier run of the agent. The files that were made
 * for a transfer are removed with it.
 */
export class OutgoingTransfers {
  readonly #options: OutgoingTransfersOptions;
  readonly #transfers = new Map<string, OutgoingTransfer>();
  /** Transfers of each peer that run. */
  readonly #turns = new Map<PeerId, Set<OutgoingTransfer>>();
  /** Cancelled transfers whose peers don't know yet. */
  readonly #untold = new Map<PeerId, Set<string>>();
  /** Lists of what peers have asked for, in the profile. */
  readonly #lists: ListRoom;

  constructor(options: OutgoingTransfersOptions) {
    this.#options = options;
    this.#lists = options.lists ?? new ListRoom();
  }

  waitsFor(id: string): Readonly<{ reason: WaitsFor | null; code: string | null }> {
    const transfer = this.#transfers.get(id);
    return { reason: transfer?.waitsFor ?? null, code: transfer?.waitsCode ?? null };
  }

  meterOf(id: string): RateMeter | undefined {
    return this.#transfers.get(id)?.meter;
  }

  /** Continues the transfers of the book, and tells peers again what was cancelled lately. Called once, when the agent starts. */
  start(): void {
    const { book, clock, logger, store } = this.#options;
    const kept = book.list().filter(({ direction }) => direction === 'out');
    const paths = kept.flatMap(({ roots = [] }) => roots.map(({ path }) => path));
    for (const { id, peer, here, listBytes } of kept)
      if (here !== undefined && listBytes !== undefined) this.#lists.take(id, peer, listBytes);
    store
      .removeOthers(
        kept.map(({ id }) => id),
        paths,
      )
      .catch((error: unknown) =>
        logger.info('lists of earlier transfers could not be removed', { errorCode: errorCode(error) }),
      );
    for (const { id, peer, state, since } of book.list())
      if (state === 'cancelled' && clock.now() - since < PARTS_LIFE) this.tell(peer, id);
    for (const record of book.list())
      if (record.direction === 'out' && !isOver(record.state)) {
        // A state of an earlier run.
        if (record.state === 'running') this.#options.book.update(record.id, { state: 'reconnecting' });
        this.#begin(record);
      }
  }

  /**
   * Queues files and folders for a peer. `name`: of the only file there. `terminal`: on the peer, into whose folder they go. `by`: agent of this machine
   * that sends them, from below its folder only.
   * @throws {FilesError} `file.missing`, `file.unreadable`, `file.nothing`, `file.name`, `file.full`; for an agent also `file.outside`, `file.hidden`,
   * `file.profile`; {StoreError} `store.write`
   */
  async send(
    peer: PeerId,
    paths: readonly string[],
    {
      name,
      terminal,
      there,
      by,
    }: Readonly<{
      name?: string | undefined;
      terminal?: string | undefined;
      there?: TransferRecord['there'];
      by?: AgentFolder | undefined;
    }> = {},
  ): Promise<TransferRecord> {
    const found = await this.find(paths, by);
    if (name !== undefined && (found.length > 1 || name.includes('/') || name.includes('\0')))
      throw new FilesError('file.name', 'a name is for one file or folder');
    const roots = found.map((root) => ({ path: root.path, name: name ?? root.name }));
    return this.#add(peer, this.#options.createId(), roots, {
      terminal,
      agent: by?.agent,
      ...(there !== undefined && { there }),
    });
  }

  /** Finds what is to be sent, for an agent below its folder only. @throws as `send` */
  async find(paths: readonly string[], by?: AgentFolder): Promise<readonly SourceRoot[]> {
    const { source } = this.#options;
    const found: SourceRoot[] = [];
    for (const path of paths)
      found.push(await (by === undefined ? source.find(path) : source.findBelow(by.folder, path)));
    return found;
  }

  /**
   * Queues what was found for a peer. With an ID, a repeated call returns the transfer that the first one has begun.
   * @throws {FilesError} `file.full`, `file.over`; {StoreError} `store.write`
   */
  queue(
    peer: PeerId,
    found: readonly SourceRoot[],
    { agent, id }: Readonly<{ agent?: string | undefined; id?: string | undefined }>,
  ): TransferRecord {
    const { book, createId } = this.#options;
    const roots = found.map((root) => ({ path: root.path, name: root.name }));
    const known = id === undefined ? undefined : book.get(id);
    if (known?.direction === 'out' && known.agent === agent && known.peer === peer) return known;
    if (id !== undefined && (known ?? book.remembered(id)) !== undefined)
      throw new FilesError('file.over', 'the transfer was begun before', { details: { id } });
    return this.#add(peer, id ?? createId(), roots, { agent });
  }

  /**
   * Begins a transfer that a peer has asked for out of a shared folder, or goes on with it.
   * @throws {FilesError} `file.refused` for the ID of another transfer, `file.cancelled`, `file.over`, `file.full`; {StoreError} `store.write`
   */
  serve(peer: PeerId, id: string, root: SourceRoot, here: NonNullable<TransferRecord['here']>): void {
    const { book } = this.#options;
    const known = book.get(id);
    if (known === undefined && book.remembered(id) === undefined) {
      this.#add(peer, id, [root], { here });
      return;
    }
    if (
      known === undefined ||
      known.peer !== peer ||
      known.here?.root !== here.root ||
      known.roots?.[0]?.path !== root.path
    )
      throw new FilesError('file.refused', 'another transfer has this ID');
    if (known.state === 'cancelled') throw new FilesError('file.cancelled', 'the transfer was cancelled');
    if (isOver(known.state) && !mayStartAgain(known.state)) throw new FilesError('file.over', 'the transfer is over');
    if (known.paused !== true || isOver(known.state)) this.go(known);
    this.#transfers.get(id)?.linked();
  }

  #add(
    peer: PeerId,
    id: string,
    roots: readonly SourceRoot[],
    place: Readonly<Pick<TransferRecord, 'here' | 'there' | 'terminal' | 'agent'>>,
  ): TransferRecord {
    const { book, clock } = this.#options;
    this.requireRoom(peer, place.agent);
    const now = clock.now();
    const record: TransferRecord = {
      id,
      direction: 'out',
      peer,
      names: roots.slice(0, SHOWN_ROOTS).map((root) => root.name),
      top: roots.length,
      state: 'preparing',
      since: now,
      startedAt: now,
      ...NOTHING_YET,
      roots: [...roots],
      ...place,
    };
    book.add(record);
    this.#begin(record);
    return book.get(record.id) ?? record;
  }

  /** Checks that another transfer may be queued for a peer, by an agent or a person. @throws {FilesError} `file.full` */
  requireRoom(peer: PeerId, agent?: string): void {
    const unfinished = this.#options.book
      .list()
      .filter(({ direction, state }) => direction === 'out' && !isOver(state));
    if (unfinished.length >= UNFINISHED || unfinished.filter((one) => one.peer === peer).length >= UNFINISHED_PER_PEER)
      throw new FilesError('file.full', 'too many transfers wait');
    if (agent !== undefined && unfinished.filter((one) => one.agent === agent).length >= UNFINISHED_PER_AGENT)
      throw new FilesError('file.full', 'too many transfers of the agent wait');
  }

  /** Stops a transfer until `go`. @throws {StoreError} `store.write` */
  pause(id: string): void {
    this.#transfers.get(id)?.pause();
  }

  /** Goes on with a paused transfer, or starts one again that was refused or has failed. @throws {StoreError} `store.write` */
  go(record: TransferRecord): void {
    const running = this.#transfers.get(record.id);
    if (running !== undefined && !isOver(record.state)) {
      running.go();
      return;
    }
    if (!mayStartAgain(record.state)) return;
    this.#options.book.update(record.id, { state: 'waiting', code: null, paused: undefined, failed: 0, failures: [] });
    this.#begin({ ...record, state: 'waiting' });
  }

  /** Ends a transfer for good, at both ends as soon as the peer can be told. @throws {StoreError} `store.write` */
  async cancel(id: string): Promise<void> {
    const transfer = this.#transfers.get(id);
    if (transfer === undefined) return;
    if (!(await transfer.cancel())) this.tell(transfer.peer, id);
  }

  /** Ends transfers out of shared folders that a peer may not use any more. */
  revoke(peer: PeerId, isMeant: (record: TransferRecord) => boolean): void {
    for (const record of this.#options.book.list()) {
      if (record.direction !== 'out' || record.peer !== peer || isOver(record.state) || !isMeant(record)) continue;
      void this.#transfers.get(record.id)?.cancel('rights.denied');
    }
  }

  /** The receiver says that a transfer was cancelled. */
  cancelledThere(id: string): void {
    this.#transfers.get(id)?.close();
    const record = this.#options.book.update(id, { state: 'cancelled', code: 'file.cancelled' });
    if (record !== undefined) this.#over(record);
  }

  /** Tells a peer that a transfer was cancelled, now or when it can be reached. */
  tell(peer: PeerId, id: string): void {
    const untold = this.#untold.get(peer) ?? new Set();
    this.#untold.set(peer, untold.add(id));
    this.#tellAll(peer);
  }

  /** Called when a link with the peer was established. */
  linked(peer: PeerId): void {
    this.#tellAll(peer);
    for (const transfer of this.#transfers.values()) if (transfer.peer === peer) transfer.linked();
  }

  /** Called when peers may be reached that could not be reached before. */
  reachableChanged(): void {
    for (const transfer of this.#transfers.values()) transfer.wake();
  }

  close(): void {
    for (const transfer of this.#transfers.values()) transfer.close();
  }

  #begin(record: TransferRecord): void {
    const transfer = new OutgoingTransfer(record, {
      ...this.#options,
      takeTurn: (one) => this.#takeTurn(one),
      giveTurn: (one) => this.#giveTurn(one),
      takeList: (one, bytes) => this.#takeList(one, bytes),
      giveList: (id) => this.#lists.give(id),
      listBytes: (id) => (record.here === undefined ? undefined : this.#lists.bytesOf(id)),
      onOver: (over) => this.#over(over),
    });
    this.#transfers.set(record.id, transfer);
    transfer.wake();
  }

  #over(record: TransferRecord): void {
    const transfer = this.#transfers.get(record.id);
    if (transfer !== undefined) this.#giveTurn(transfer);
    this.#transfers.delete(record.id);
    this.#options.onOver(record);
    const { agent, roots = [] } = record;
    // What an agent's program has brought doesn't stay in the profile for a person who might start it again.
    const isBrought = agent !== undefined && roots.some(({ path }) => this.#options.store.isSpool(path));
    // What may start again keeps its list, so that what is there isn't sent again.
    if (!mayStartAgain(record.state) || isBrought) this.removeFiles(record);
  }

  /** Removes what the profile has for a transfer that doesn't start again: its list, and a file for its contents. Never rejects. */
  removeFiles({ id, roots = [] }: TransferRecord): void {
    const { logger, store } = this.#options;
    this.#lists.give(id);
    (async () => {
      await store.remove(id);
      for (const { path } of roots) await store.removeSpool(path);
    })().catch((error: unknown) => {
      logger.info('the list of a transfer could not be removed', { errorCode: errorCode(error) });
    });
  }

  /** Takes room for a list that a peer has caused. Lists of what is over are given up for it, oldest first: they only save work if it starts again. */
  #takeList({ id, peer, here }: TransferRecord, bytes: number): void {
    if (here === undefined || this.#lists.take(id, peer, bytes)) return;
    const over = this.#options.book
      .list()
      .filter((one) => one.direction === 'out' && isOver(one.state) && this.#lists.bytesOf(one.id) > 0);
    for (const one of over.toSorted((a, b) => Number(b.peer === peer) - Number(a.peer === peer) || a.since - b.since)) {
      this.removeFiles(one);
      if (this.#lists.take(id, peer, bytes)) return;
    }
    // Of those that run, one may be over soon.
    const isOtherRunning = [...this.#turns.values()].some((running) => [...running].some((one) => one.id !== id));
    const code = isOtherRunning ? 'file.offers' : 'file.full';
    throw new FilesError(code, 'the lists of other transfers take up too much space');
  }

  #takeTurn(transfer: OutgoingTransfer): boolean {
    const running = this.#turns.get(transfer.peer) ?? new Set();
    if (!running.has(transfer) && running.size >= TRANSFERS_PER_PEER) return false;
    this.#turns.set(transfer.peer, running.add(transfer));
    return true;
  }

  #giveTurn(transfer: OutgoingTransfer): void {
    if (this.#turns.get(transfer.peer)?.delete(transfer) !== true) return;
    for (const other of this.#transfers.values())
      if (other.peer === transfer.peer && other !== transfer && other.waitsFor === 'turn') other.wake();
  }

  #tellAll(peer: PeerId): void {
    const { network, logger } = this.#options;
    const session = network.current(peer);
    const untold = this.#untold.get(peer);
    if (session === undefined || untold === undefined) return;
    this.#untold.delete(peer);
    for (const id of untold)
      tellCancelled(session, id).catch((error: unknown) => {
        logger.debug('a cancelled transfer could not be told', { peer, errorCode: errorCode(error) });
        const left = this.#untold.get(peer) ?? new Set();
        this.#untold.set(peer, left.add(id));
      });
  }
}
