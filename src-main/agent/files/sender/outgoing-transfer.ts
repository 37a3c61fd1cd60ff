import { fullJitter } from '#shared/back-off.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, FormatError } from '#shared/errors.ts';
import {
  encodeFilesLine,
  FILES_PARAMS,
  FILES_RESET_OVER,
  FilesError,
  isOver,
  type Offer,
  type ReceiverLine,
  type SourceDisk,
  type TransferStore,
} from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { StoreError } from '#shared/storage.ts';
import { withTimeout } from '#shared/timeout.ts';
import type { FilesCrypto } from '../digest.ts';
import { RateMeter } from '../rate-meter.ts';
import { keptFailures, type TransferBook, type TransferRecord } from '../transfer-book.ts';
import { readList, writeList, type SentList } from './list-file.ts';
import { Sending, type SendingEnd } from './sending.ts';

/** Pauses after failed attempts, ms. A link that comes back ends a pause. */
const BACK_OFF = { first: 1000, longest: 60_000 };
/** Longest time to reach the peer, ms. */
const REACH_TIMEOUT = 30_000;
/** Time that the end of a transfer may take to reach the peer before it is told later, ms. */
const CANCEL_TIMEOUT = 2000;

/** Network of this device as transfers use it. */
export type TransferNetwork = Readonly<{
  current(peerId: PeerId): Session | undefined;
  mayReach(peerId: PeerId): boolean;
  session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
}>;

/** Reason why a transfer waits. */
export type WaitsFor = 'approval' | 'peer' | 'turn' | 'here' | 'space';

export type OutgoingOptions = Readonly<{
  book: TransferBook;
  /** Returns the files that a transfer sends. @throws {FilesError} `file.not-shared` if they aren't shared any more */
  sourceOf(record: TransferRecord): SourceDisk;
  store: TransferStore;
  crypto: FilesCrypto;
  network: TransferNetwork;
  clock: Clock;
  logger: Logger;
  random: () => number;
  /** Takes one of the places of a peer's running transfers. @returns false if all are taken; `wake` is called when one is free */
  takeTurn(transfer: OutgoingTransfer): boolean;
  giveTurn(transfer: OutgoingTransfer): void;
  /** Takes room for a list that a peer has caused. @throws {FilesError} `file.full` if there is none; `file.offers` if there may be some soon */
  takeList(record: TransferRecord, bytes: number): void;
  /** Gives the room of a list back that isn't kept. */
  giveList(id: string): void;
  /** Returns the bytes of a list that a peer has caused; undefined for others. */
  listBytes(id: string): number | undefined;
  /** Called when what is shown of the transfer has changed, but not its record. */
  onShown(id: string): void;
  /** Called when it is over. */
  onOver(record: TransferRecord): void;
}>;

/**
 * Transfer from this machine: lists what is sent, offers it when the peer can be reached, and goes on after each lost session until the receiver has all,
 * refuses, or a person cancels. Made for each one of the book that isn't over.
 */
export class OutgoingTransfer {
  readonly id: string;
  readonly peer: PeerId;
  readonly meter: RateMeter;
  readonly #options: OutgoingOptions;
  readonly #aborting = new AbortController();
  #list: SentList | undefined;
  #sending: Sending | undefined;
  #isRunning = false;
  #failures = 0;
  #pause: Timer | undefined;
  #waitsFor: WaitsFor | null = null;
  /** Code of what the peer waits for. */
  #waitsCode: string | null = null;
  /** True while the peer's version takes no files. */
  #isOlder = false;

  constructor(record: TransferRecord, options: OutgoingOptions) {
    this.id = record.id;
    this.peer = record.peer;
    this.meter = new RateMeter(options.clock);
    this.#options = options;
  }

  get waitsFor(): WaitsFor | null {
    return this.#waitsFor;
  }

  get waitsCode(): string | null {
    return this.#waitsCode;
  }

  /** Called when the transfer was added or may go on, and when the peer may be reached. */
  wake(): void {
    const record = this.#record;
    if (this.#isRunning || this.#pause !== undefined || this.#isOlder || this.#aborting.signal.aborted) return;
    if (record === undefined || isOver(record.state) || record.paused === true) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** Called when a link with the peer was established. */
  linked(): void {
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#failures = 0;
    this.#isOlder = false;
    this.wake();
  }

  /** Stops sending until `go`, also after a restart of the agent. @throws {StoreError} `store.write` */
  pause(): void {
    this.#update({ state: 'paused', paused: true });
    this.#setWait('here');
    this.#sending?.pause();
    // Another transfer may take its turn.
    this.#options.giveTurn(this);
  }

  go(): void {
    this.#update({ paused: undefined, state: this.#sending === undefined ? 'waiting' : 'running' });
    this.#setWait(null);
    if (this.#sending !== undefined) {
      this.#options.takeTurn(this);
      this.#sending.go();
    }
    this.wake();
  }

  /**
   * Ends the transfer for good.
   * @param refusal code with which it is refused, since the receiver has lost its right; undefined: a person has cancelled it
   * @returns false if the peer doesn't know yet
   */
  async cancel(refusal?: string): Promise<boolean> {
    const sending = this.#sending;
    this.#end(
      refusal === undefined ? { state: 'cancelled', code: 'file.cancelled' } : { state: 'refused', code: refusal },
    );
    const isTold =
      sending === undefined
        ? false
        : await withTimeout(
            this.#options.clock,
            CANCEL_TIMEOUT,
            sending.cancel(refusal).catch(() => false),
          );
    sending?.stop();
    return isTold === true;
  }

  /** Ends what runs; the record stays as it is. */
  close(): void {
    this.#aborting.abort();
    this.#pause?.cancel();
    this.#sending?.stop();
  }

  get #record(): TransferRecord | undefined {
    return this.#options.book.get(this.id);
  }

  async #run(): Promise<void> {
    const { clock, logger, network, random } = this.#options;
    try {
      for (;;) {
        const record = this.#record;
        if (record === undefined || isOver(record.state) || record.paused === true) return;
        // What a peer asks for costs nothing before its turn.
        if (record.here !== undefined && !this.#options.takeTurn(this)) {
          this.#wait('turn');
          return;
        }
        const list = await this.#prepared(record);
        if (list === undefined) return;
        const session = await this.#reached();
        if (session === undefined) return;
        await this.#attempt(session, list);
      }
    } catch (error) {
      if (this.#aborting.signal.aborted || this.#isOver) return;
      const refusal = refusalOf(error);
      if (refusal !== undefined) {
        this.#end({ state: 'refused', code: refusal });
        return;
      }
      const failure = failureOf(error);
      if (failure !== undefined) {
        this.#end({ state: 'failed', code: failure });
        return;
      }
      logger.debug('a transfer was interrupted', { peer: this.peer, errorCode: errorCode(error) });
      this.#failures += 1;
      this.#isOlder = isOlder(error);
      this.#setWait('peer', this.#isOlder ? 'file.older' : null);
      if (this.#record?.paused !== true)
        this.#update({ state: this.#record?.state === 'waiting' ? 'waiting' : 'reconnecting' });
      if (network.mayReach(this.peer) && !this.#isOlder)
        this.#pause = clock.setTimer(fullJitter(this.#failures, BACK_OFF, random), () => {
          this.#pause = undefined;
          this.wake();
        });
    } finally {
      this.#isRunning = false;
      // It is read again from the disk; a peer could let many of them pile up.
      if (this.#record?.here !== undefined) this.#list = undefined;
      this.#options.giveTurn(this);
    }
  }

  get #isOver(): boolean {
    const record = this.#record;
    return record === undefined || isOver(record.state);
  }

  /** Returns the list, which is made at the first run; undefined if the transfer has ended meanwhile. */
  async #prepared(record: TransferRecord): Promise<SentList | undefined> {
    if (this.#list !== undefined) return this.#list;
    const { sourceOf, store, crypto } = this.#options;
    const { signal } = this.#aborting;
    const { id, roots = [], agent } = record;
    if (record.list !== undefined) this.#list = await readList({ store, crypto }, id, record.list);
    if (this.#list === undefined) {
      this.#update({ state: 'preparing' });
      this.#options.giveList(id);
      const { leftOut, ...list } = await writeList(
        { source: sourceOf(record), store, crypto },
        id,
        roots,
        { ofAgent: agent !== undefined },
        signal,
        (bytes) => this.#options.takeList(record, bytes),
      ).catch((error: unknown) => {
        this.#options.giveList(id);
        throw error;
      });
      if (this.#isOver) return undefined;
      this.#list = list;
      const { count, files, bytes } = list.entries;
      const listBytes = this.#options.listBytes(id);
      this.#update({ entries: count, files, bytes, leftOut, list: list.entries.hash(), listBytes, state: 'waiting' });
    }
    return this.#isOver || this.#record?.paused === true ? undefined : this.#list;
  }

  /** Returns a session with the peer when it is this transfer's turn; undefined if it has to wait. */
  async #reached(): Promise<Session | undefined> {
    const { network, takeTurn } = this.#options;
    if (network.current(this.peer) === undefined && !network.mayReach(this.peer)) {
      this.#wait('peer');
      return undefined;
    }
    if (!takeTurn(this)) {
      this.#wait('turn');
      return undefined;
    }
    const signal = AbortSignal.any([this.#aborting.signal, AbortSignal.timeout(REACH_TIMEOUT)]);
    return network.current(this.peer) ?? (await network.session(this.peer, signal));
  }

  #wait(reason: WaitsFor): void {
    this.#setWait(reason);
    if (this.#record?.state === 'running') this.#update({ state: 'reconnecting' });
    else if (this.#record?.state !== 'reconnecting') this.#update({ state: 'waiting' });
  }

  async #attempt(session: Session, list: SentList): Promise<void> {
    const record = this.#record;
    if (record === undefined || isOver(record.state) || record.paused === true) return;
    const sending = new Sending({
      id: this.id,
      session,
      crypto: this.#options.crypto,
      source: this.#options.sourceOf(record),
      roots: record.roots ?? [],
      terminal: record.terminal,
      list,
      into: intoOf(record),
      onAsked: () => {
        this.#update({ state: 'waiting' });
        this.#setWait('approval');
      },
      onTaken: ({ files, bytes }) => {
        this.#failures = 0;
        this.meter.reset();
        this.#setWait(null);
        this.#update({ state: 'running', code: null, filesDone: files, bytesDone: bytes });
      },
      onProgress: ({ files, bytes }) => void this.#update({ filesDone: files, bytesDone: bytes }),
      onSent: (bytes) => {
        this.meter.add(bytes);
        this.#options.onShown(this.id);
      },
      onChanged: () => void this.#update({ changed: (this.#record?.changed ?? 0) + 1 }),
      onPaused: (pause) => {
        if (this.#record?.paused === true) return;
        this.#setWait(
          pause === undefined ? null : pause.code === 'file.no-space' ? 'space' : 'peer',
          pause?.code ?? null,
        );
        this.#update({ state: pause === undefined ? 'running' : 'paused' });
      },
    });
    this.#sending = sending;
    try {
      this.#finish(await sending.run(), list);
    } finally {
      if (this.#sending === sending) this.#sending = undefined;
    }
  }

  #finish(end: SendingEnd, list: SentList): void {
    if (this.#isOver) return;
    switch (end.kind) {
      case 'cancelled':
        this.#end({ state: 'cancelled', code: 'file.cancelled' });
        return;
      case 'refused':
        // Others of this peer are under way there: this one comes later.
        if (end.code === 'file.offers') throw new FilesError(end.code, 'too many transfers are open there');
        this.#end({ state: FAILED_THERE.has(end.code) ? 'failed' : 'refused', code: end.code });
        return;
      case 'done':
        this.#end(outcomeOf(end.line, list));
    }
  }

  #end(change: Partial<TransferRecord>): void {
    const record = this.#update(change);
    this.#setWait(null);
    this.#list = undefined;
    this.#aborting.abort();
    this.#pause?.cancel();
    if (record !== undefined) this.#options.onOver(record);
  }

  /** Changes the record, unless the transfer has ended: what its last attempt still hears brings nothing back. */
  #update(change: Partial<TransferRecord>): TransferRecord | undefined {
    if (this.#aborting.signal.aborted) return undefined;
    return this.#options.book.update(this.id, change);
  }

  #setWait(reason: WaitsFor | null, code: string | null = null): void {
    this.#waitsFor = reason;
    this.#waitsCode = code;
    this.#options.onShown(this.id);
  }
}

/**
 * Tells a peer that a transfer was cancelled while no stream was open.
 * @throws {LinkError} if it can't be told now
 */
export async function tellCancelled(session: Pick<Session, 'open'>, id: string): Promise<void> {
  const stream = session.open('rpc', FILES_PARAMS, { priority: 'normal', signal: AbortSignal.timeout(REACH_TIMEOUT) });
  try {
    await stream.opened;
    await stream.write(encodeFilesLine({ type: 'cancelled', transfer: id }));
    await stream.end();
  } finally {
    stream.reset(FILES_RESET_OVER);
  }
}

/** Returns the shared folder of the receiver into which a transfer goes. */
function intoOf({ there }: TransferRecord): Offer['into'] {
  if (there === undefined) return undefined;
  return { folder: there.folder, path: [...there.path], mode: there.mode ?? 'new' };
}

/** Refusals that aren't those of a person or right. */
const FAILED_THERE: ReadonlySet<string> = new Set([
  'file.no-space',
  'file.disk',
  'file.folder',
  'file.terminal',
  'file.too-large',
  'file.too-many',
  'file.protocol',
  'file.name',
  'file.damaged',
  'file.exists',
  'file.missing',
]);

/** Returns the code of an error after which another attempt makes no sense; undefined for one that may pass. */
function failureOf(error: unknown): string | undefined {
  if (error instanceof FormatError) return 'file.protocol';
  if (error instanceof FilesError) return error.code === 'file.offers' ? undefined : error.code;
  return error instanceof StoreError ? error.code : undefined;
}

/** Returns the code with which the peer has refused the stream for its right; undefined for another error. */
function refusalOf(error: unknown): string | undefined {
  const code = error instanceof LinkError && error.code === 'link.refused' ? String(error.details['code'] ?? '') : '';
  return code.startsWith('rights.') ? code : undefined;
}

/** Reports whether the peer's version doesn't know transfers. */
function isOlder(error: unknown): boolean {
  if (!(error instanceof LinkError) || error.code !== 'link.refused') return false;
  const code = String(error.details['code'] ?? '');
  return code === 'link.kind' || code.startsWith('remote.') || code === 'file.unavailable';
}

function outcomeOf(line: Extract<ReceiverLine, { type: 'done' }>, { entries }: SentList): Partial<TransferRecord> {
  const failures = line.failed
    .filter(({ n }) => n < entries.count)
    .map(({ n, code }) => ({ path: entries.pathOf(n), code }));
  const nothing = line.files === 0 && line.failures > 0 && entries.files > 0;
  const state = line.failures === 0 ? 'done' : nothing ? 'failed' : 'partly';
  return {
    state,
    code: line.failures === 0 ? null : (line.failed[0]?.code ?? 'file.damaged'),
    filesDone: line.files,
    bytesDone: line.bytes,
    failed: line.failures,
    failures: keptFailures(failures),
    placed: line.names,
    folderThere: line.folder,
    renamed: line.renamed,
  };
}
