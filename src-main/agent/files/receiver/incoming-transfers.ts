import {
  contentParams,
  FILES_LINE_BYTES,
  FILES_RESET_OVER,
  FILES_RESET_PROTOCOL,
  FilesError,
  isOver,
  MOST_REPORTED,
  OFFERS,
  OFFERS_PER_PEER,
  parseSenderLine,
  PARTS_BYTES,
  PATH_BYTES,
  PARTS_LIFE,
  PARTS_PART,
  SHOWN_ROOTS,
  TRANSFERS_PER_PEER,
  type IncomingDisk,
  type IncomingFolder,
  type Offer,
  type ReceiverLine,
} from '#shared/files/index.ts';
import { errorCode, FormatError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LineReader } from '#shared/lines.ts';
import { LineWriter } from '#shared/line-writer.ts';
import type { IncomingStream, LinkStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { delay, withTimeout } from '#shared/timeout.ts';
import type { FilesCrypto } from '../digest.ts';
import { ListRoom } from '../list-room.ts';
import { RateMeter } from '../rate-meter.ts';
import { keptFailures, type RememberedTransfer, type TransferRecord } from '../transfer-book.ts';
import type { WaitsFor } from '../sender/outgoing-transfer.ts';
import { Admission, type AdmissionOptions, type FilesCaller } from './admission.ts';
import { Received } from './received.ts';
import { Receiving, type Receipt } from './receiving.ts';

/** Longest time to the first line of a stream, ms. */
const FIRST_LINE = 30_000;
/** Time that the last lines of a stream may take, ms. */
const LAST_LINES = 2000;
/** Pause of a transfer whose disk was full though it had said otherwise, until its sender may try again, ms. */
const FULL_PAUSE = 30_000;

export type IncomingOptions = Omit<AdmissionOptions, 'disk' | 'onElsewhere'> &
  Readonly<{
    disk: IncomingDisk;
    logger: Logger;
    crypto: FilesCrypto;
    /** Room for the lists that are in memory; undefined: that of the protocol. */
    lists?: ListRoom | undefined;
    /** See `ReceivingOptions`. */
    syncBytes?: number | undefined;
    onShown(id: string): void;
    onOver(record: TransferRecord): void;
    /** The peer says that a transfer was cancelled. */
    onCancelled(peerId: PeerId, id: string): void;
  }>;

/** Transfer whose control stream is open. */
type Active = {
  readonly peerId: PeerId;
  readonly meter: RateMeter;
  readonly writer: LineWriter<ReceiverLine>;
  readonly link: LinkStream;
  readonly done: Promise<void>;
  readonly aborting: AbortController;
  receiving: Receiving | undefined;
  /** True from its turn on: its list is read, or it is received. */
  hasTurn: boolean;
  waitsFor: WaitsFor | null;
};

/**
 * Transfers to this machine: takes the offers of peers, asks the person if the right is undecided, and receives into the folder of the peer. One attempt
 * for each control stream; between attempts the book and the journal of the transfer keep what is here.
 */
export class IncomingTransfers {
  readonly #options: IncomingOptions;
  readonly #admission: Admission;
  readonly #active = new Map<string, Active>();
  /** Streams with an offer, by peer, from their beginning. */
  readonly #offers = new Map<PeerId, number>();
  /** Lists that are in memory. */
  readonly #lists: ListRoom;
  #turns: PromiseWithResolvers<void> = Promise.withResolvers();
  #isClosed = false;

  constructor(options: IncomingOptions) {
    this.#options = options;
    this.#admission = new Admission({ ...options, onElsewhere: (before) => void this.removeParts(before) });
    this.#lists = options.lists ?? new ListRoom();
  }

  /** Returns what a transfer that is here waits for. */
  waitsFor(id: string): WaitsFor | null {
    return this.#active.get(id)?.waitsFor ?? null;
  }

  meterOf(id: string): RateMeter | undefined {
    return this.#active.get(id)?.meter;
  }

  /** Serves a control stream of a peer until it ends. Never throws. */
  async serve(stream: IncomingStream, caller: FilesCaller): Promise<void> {
    const { peerId } = caller;
    const count = this.#offers.get(peerId) ?? 0;
    const all = [...this.#offers.values()].reduce((sum, one) => sum + one, 0);
    if (count >= OFFERS_PER_PEER || all >= OFFERS || this.#isClosed) {
      stream.refuse('file.offers', 'too many transfers are open');
      return;
    }
    this.#offers.set(peerId, count + 1);
    const link = stream.accept({});
    try {
      const lines = new LineReader(link, FILES_LINE_BYTES);
      const first = await withTimeout(this.#options.clock, FIRST_LINE, lines.read());
      if (first === undefined || first === null) return;
      const line = parseSenderLine(first);
      if (line.type === 'cancelled') this.#options.onCancelled(peerId, line.transfer);
      else if (line.type === 'offer') await this.#take(line, link, lines, caller);
      else throw new FormatError('format.files', 'no offer at the beginning');
      await withTimeout(this.#options.clock, LAST_LINES, link.end());
    } catch (error) {
      if (error instanceof FormatError) link.reset(FILES_RESET_PROTOCOL);
    } finally {
      link.reset(FILES_RESET_OVER);
      const left = (this.#offers.get(peerId) ?? 1) - 1;
      if (left === 0) this.#offers.delete(peerId);
      else this.#offers.set(peerId, left);
    }
  }

  /** Takes a stream with contents, or refuses it. */
  serveContents(stream: IncomingStream, peerId: PeerId): void {
    const { data } = safeParse(contentParams, stream.params);
    const active = data === undefined ? undefined : this.#active.get(data.transfer);
    if (data === undefined || active?.receiving === undefined || active.peerId !== peerId) {
      stream.refuse('file.params', 'no such transfer is under way');
      return;
    }
    active.receiving.takeContents(stream, data);
  }

  /** Stops a transfer until `go`. @throws {StoreError} `store.write` */
  pause(id: string): void {
    this.#options.book.update(id, { state: 'paused', paused: true });
    this.#active.get(id)?.receiving?.pause();
    this.#freeTurn();
  }

  go(id: string): void {
    const active = this.#active.get(id);
    this.#options.book.update(id, { state: active === undefined ? 'reconnecting' : 'running', paused: undefined });
    active?.receiving?.go();
  }

  /** Ends a transfer for good, and removes what is here of it. @returns false if the sender doesn't know yet */
  async cancel(id: string): Promise<boolean> {
    const record = this.#options.book.update(id, { state: 'cancelled', code: 'file.cancelled' });
    const isTold = await this.#end(id, { type: 'cancel' });
    if (record !== undefined) await this.#over(this.#options.book.get(id) ?? record);
    return isTold;
  }

  /** Ends the attempt at a transfer that its sender has refused, without a word to it. Resolves when nothing of it is written any more. */
  async abandon(id: string): Promise<void> {
    const active = this.#active.get(id);
    if (active === undefined) return;
    active.aborting.abort();
    active.receiving?.stop();
    // Neither its turn nor its last lines are waited for.
    active.link.reset(FILES_RESET_OVER);
    await active.done;
  }

  /** Reports whether the other machine sends a transfer now, or has offered it. */
  isActive(id: string): boolean {
    return this.#active.has(id);
  }

  /** Ends those transfers of a peer for which it has lost the right. */
  revoke(peerId: PeerId, isMeant: (record: TransferRecord) => boolean): void {
    for (const known of this.#options.book.list()) {
      const { id, direction, peer, state } = known;
      if (direction !== 'in' || peer !== peerId || isOver(state) || !isMeant(known)) continue;
      const record = this.#options.book.update(id, { state: 'refused', code: 'rights.denied' });
      void this.#end(id, { type: 'refuse', code: 'rights.denied' }).then(async () => {
        if (record !== undefined) await this.#over(this.#options.book.get(id) ?? record);
      });
    }
  }

  /** Removes the parts below a folder that no one continues: those after their time, and the oldest if all take up too much. @throws {FilesError} `file.disk` */
  async tidy(folder: string): Promise<void> {
    const { book, clock, disk } = this.#options;
    const idle = (await disk.left(folder)).filter(({ id }) => !this.#active.has(id));
    const { free } = idle.length === 0 ? { free: 0 } : await disk.space(folder);
    let bytes = 0;
    for (const part of idle.toSorted((one, other) => other.changedAt - one.changedAt)) {
      // Its sender may have come back meanwhile.
      if (this.#active.has(part.id)) continue;
      bytes += part.bytes;
      const isOld = clock.now() - part.changedAt > PARTS_LIFE;
      const record = book.get(part.id);
      const isUseless = record !== undefined && ['done', 'partly', 'cancelled', 'refused'].includes(record.state);
      if (!isOld && !isUseless && bytes <= Math.min(PARTS_BYTES, free * PARTS_PART)) continue;
      bytes -= part.bytes;
      // The parts may be those of an attempt before the folder was renamed.
      const isCurrent = record !== undefined && (record.parts ?? record.folder) === folder;
      if (isCurrent && !isOver(record.state))
        this.#options.onOver(book.update(part.id, { state: 'failed', code: 'file.gone' }) ?? record);
      await disk.remove(folder, part.id);
    }
  }

  /** Ends what runs. What has come stays, for the next attempt. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const active = [...this.#active.values()];
    for (const one of active) {
      one.aborting.abort();
      one.receiving?.stop();
    }
    await Promise.all(active.map(({ done }) => done));
  }

  async #take(offer: Offer, link: LinkStream, lines: LineReader, caller: FilesCaller): Promise<void> {
    const { peerId } = caller;
    const { transfer: id } = offer;
    const writer = new LineWriter<ReceiverLine>(link);
    const say = async (line: ReceiverLine): Promise<void> => {
      writer.send(line);
      await writer.flushed();
    };
    const last = this.#lastLine(id, peerId);
    if (last !== undefined) return await say(last);
    // The sender has lost the stream of the attempt before; this device may not know that yet.
    // Another stream may have come while one ends: there is one attempt at a time, without a pause before it is noted.
    for (let before = this.#active.get(id); before !== undefined; before = this.#active.get(id)) {
      before.aborting.abort();
      before.receiving?.stop();
      await before.done;
    }
    // It may have ended for good meanwhile.
    const lastNow = this.#lastLine(id, peerId);
    if (lastNow !== undefined) return await say(lastNow);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const aborting = new AbortController();
    void link.closed.then(() => aborting.abort());
    const active: Active = {
      peerId,
      meter: new RateMeter(this.#options.clock),
      writer,
      link,
      done,
      aborting,
      receiving: undefined,
      hasTurn: false,
      waitsFor: null,
    };
    this.#active.set(id, active);
    try {
      const refusal = await this.#admission.decide(offer, caller, {
        signal: aborting.signal,
        onAsked: () => writer.send({ type: 'ask' }),
      });
      if (refusal === undefined) await this.#receive(offer, active, lines);
      else if (!aborting.signal.aborted) await say(refusalLine(refusal));
    } catch (error) {
      await this.#fail(id, active, error);
    } finally {
      if (this.#active.get(id) === active) this.#active.delete(id);
      resolve();
      active.hasTurn = false;
      this.#lists.give(id);
      this.#freeTurn();
      this.#options.onShown(id);
    }
  }

  /** Returns the answer to an offer of a transfer that isn't the peer's to send, or has ended for good; undefined for any other. */
  #lastLine(id: string, peerId: PeerId): ReceiverLine | undefined {
    const known = this.#options.book.get(id) ?? this.#options.book.remembered(id);
    if (known === undefined) return undefined;
    if (known.peer !== peerId || ('direction' in known && known.direction === 'out'))
      return { type: 'refuse', code: 'file.refused' };
    if (known.state === 'cancelled') return { type: 'cancel' };
    return known.state === 'done' || known.state === 'partly' ? doneLine(known) : undefined;
  }

  async #receive(offer: Offer, active: Active, lines: LineReader): Promise<void> {
    const { book, clock, crypto, disk } = this.#options;
    const { transfer: id } = offer;
    await this.#turn(id, active);
    const { folder: target, here, there } = book.get(id) ?? {};
    if (target === undefined || active.aborting.signal.aborted) return;
    let folder: IncomingFolder | undefined;
    try {
      folder =
        here === undefined
          ? await disk.open(await disk.prepare(target), id)
          : await disk.openShared({ root: here.root, path: here.path, mode: here.mode ?? 'new' }, id);
      const { home, identity } = folder;
      book.noteHidden({ path: home, identity, has: 'parts' });
      if (home !== target) book.update(id, { parts: home });
      const takeRoom = (bytes: number): void => {
        if (!this.#lists.take(id, active.peerId, bytes))
          throw new FilesError('file.offers', 'the lists of other transfers take up too much memory');
      };
      const most = (): number => this.#admission.mostBytes(offer, active.peerId);
      const received = await Received.load(crypto, folder, offer, takeRoom, most);
      const receiving = new Receiving({
        lines,
        writer: active.writer,
        received,
        crypto,
        folder,
        disk,
        mode: here?.mode,
        clock,
        mayRun: false,
        syncBytes: this.#options.syncBytes,
        onProgress: ({ files, bytes }) => void book.update(id, { filesDone: files, bytesDone: bytes }),
        onReceived: (bytes) => {
          active.meter.add(bytes);
          this.#options.onShown(id);
        },
        onPaused: (reason) => {
          active.waitsFor = reason ?? null;
          if (book.get(id)?.paused === true) return;
          const code = reason === 'space' ? 'file.no-space' : null;
          book.update(id, { state: reason === undefined ? 'running' : 'paused', code });
        },
      });
      const record = book.get(id);
      if (record === undefined || isOver(record.state) || active.aborting.signal.aborted) return;
      active.receiving = receiving;
      if (record.paused === true) receiving.pause();
      else book.update(id, { state: 'running', code: null, filesDone: received.files, bytesDone: received.bytes });
      const end = await receiving.run().finally(() => this.#notePlaced(id, receiving));
      active.receiving = undefined;
      // A person or the right may have ended it at the last moment.
      const now = book.get(id);
      if (now === undefined || isOver(now.state)) return;
      if (end.kind === 'cancelled') {
        // Another machine that no longer shares the folder ends it; so it may begin again later.
        const isRefused = there !== undefined && end.code?.startsWith('rights.') === true;
        book.update(
          id,
          isRefused ? { state: 'refused', code: end.code } : { state: 'cancelled', code: 'file.cancelled' },
        );
        const over = this.#notePlaced(id, receiving);
        await folder.close();
        if (over !== undefined) await this.#over(over);
        return;
      }
      const over = book.update(id, outcomeOf(end.receipt));
      await folder.close();
      if (over === undefined) return;
      active.writer.send(doneLine(over, end.receipt));
      await this.#over(over);
      await active.writer.flushed();
    } finally {
      active.receiving = undefined;
      await folder?.close();
    }
  }

  /** Counts of a transfer that has been cancelled or refused only what is in its place, since the rest is removed. @returns the transfer, if it is over */
  #notePlaced(id: string, receiving: Receiving): TransferRecord | undefined {
    const { book } = this.#options;
    const record = book.get(id);
    if (record === undefined || !isOver(record.state)) return undefined;
    const { files, bytes } = receiving.placed();
    // With the state, so that it is written to the disk.
    return book.update(id, { state: record.state, filesDone: files, bytesDone: bytes });
  }

  /** Waits until fewer transfers of the peer run. */
  async #turn(id: string, active: Active): Promise<void> {
    const running = (): number =>
      [...this.#active].filter(
        ([other, { peerId, hasTurn }]) =>
          peerId === active.peerId && hasTurn && this.#options.book.get(other)?.paused !== true,
      ).length;
    while (running() >= TRANSFERS_PER_PEER && !active.aborting.signal.aborted) {
      active.waitsFor = 'turn';
      this.#options.onShown(id);
      await Promise.race([this.#turns.promise, active.link.closed]);
    }
    active.hasTurn = true;
    active.waitsFor = null;
  }

  #freeTurn(): void {
    this.#turns.resolve();
    this.#turns = Promise.withResolvers();
  }

  /** Ends an attempt that has failed: for good if another one makes no sense. */
  async #fail(id: string, active: Active, error: unknown): Promise<void> {
    const { book, logger } = this.#options;
    const record = book.get(id);
    const code = error instanceof FormatError ? 'file.protocol' : error instanceof FilesError ? error.code : undefined;
    if (record === undefined || isOver(record.state) || record.direction !== 'in') {
      if (code !== undefined) active.writer.send({ type: 'refuse', code });
      await active.writer.flushed();
      return;
    }
    if (code === undefined || code === 'file.offers') {
      logger.debug('a transfer was interrupted', { peer: active.peerId, errorCode: errorCode(error) });
      if (record.paused !== true) book.update(id, { state: 'reconnecting' });
      if (code === undefined) return;
      // The sender comes again later.
      active.writer.send({ type: 'refuse', code });
      await active.writer.flushed();
      return;
    }
    if (code === 'file.no-space') {
      await this.#waitFull(id, active);
      return;
    }
    logger.info('a transfer has failed', { peer: active.peerId, errorCode: code });
    const over = book.update(id, { state: 'failed', code });
    active.writer.send({ type: 'refuse', code });
    await active.writer.flushed();
    if (over !== undefined) this.#options.onOver(over);
  }

  /** Ends an attempt for which the disk had no room after all, as with a quota. What has come stays; after the pause the sender begins another one. */
  async #waitFull(id: string, active: Active): Promise<void> {
    const code = 'file.no-space';
    if (this.#options.book.get(id)?.paused !== true) this.#options.book.update(id, { state: 'paused', code });
    active.waitsFor = 'space';
    active.writer.send({ type: 'pause', code });
    await active.writer.flushed();
    await delay(this.#options.clock, FULL_PAUSE, active.aborting.signal);
  }

  /** Sends the last line on the stream of a transfer, if there is one, and ends it. @returns true if the sender has got it */
  async #end(id: string, line: ReceiverLine): Promise<boolean> {
    const active = this.#active.get(id);
    if (active === undefined) return false;
    active.writer.send(line);
    // Nothing is written from here on.
    active.aborting.abort();
    active.receiving?.stop();
    const { clock } = this.#options;
    await withTimeout(clock, LAST_LINES, active.writer.flushed());
    const isTold = await withTimeout(
      clock,
      LAST_LINES,
      active.link.end().then(
        () => true,
        () => false,
      ),
    );
    await active.done;
    return isTold === true;
  }

  async #over(record: TransferRecord): Promise<void> {
    this.#options.onOver(record);
    await this.removeParts(record);
  }

  /** Removes what is here of a transfer and isn't in its place. Never throws. */
  async removeParts({ id, folder, parts = folder }: TransferRecord): Promise<void> {
    if (parts === undefined) return;
    try {
      await this.#options.disk.remove(parts, id);
    } catch (error) {
      this.#options.logger.info('parts of a transfer could not be removed', { errorCode: errorCode(error) });
    }
  }
}

function refusalLine({ code, retryAfter = 0 }: Readonly<{ code: string; retryAfter?: number }>): ReceiverLine {
  return { type: 'refuse', code, retryAfter: Math.min(3_600_000, Math.ceil(retryAfter)) };
}

function outcomeOf({ files, bytes, failures, names, renamed }: Receipt): Partial<TransferRecord> {
  return {
    state: failures.length === 0 ? 'done' : 'partly',
    code: failures[0]?.code ?? null,
    filesDone: files,
    bytesDone: bytes,
    failed: failures.length,
    failures: keptFailures(failures),
    placed: names.slice(0, SHOWN_ROOTS),
    renamed,
  };
}

/** Returns the line that says that all is in its place; less of it for a transfer that was over before. */
function doneLine(
  record: TransferRecord | RememberedTransfer,
  receipt?: Receipt,
): Extract<ReceiverLine, { type: 'done' }> {
  const { files, bytes } =
    'filesDone' in record
      ? { files: record.filesDone, bytes: record.bytesDone }
      : { files: record.files, bytes: record.bytes };
  return {
    type: 'done',
    files,
    bytes,
    failed: (receipt?.failures ?? []).slice(0, MOST_REPORTED).map(({ n, code }) => ({ n, code })),
    failures: record.failed,
    names: (receipt?.names ?? ('placed' in record ? record.placed : undefined) ?? []).slice(0, SHOWN_ROOTS),
    renamed: 'renamed' in record ? record.renamed : 0,
    ...('terminal' in record &&
      record.terminal !== undefined &&
      isTellable(record.folder) && { folder: record.folder }),
  };
}

/** Reports whether a folder fits into an answer. A peer that holds a terminal here sees the terminal's folder anyway. */
function isTellable(folder: string | undefined): folder is string {
  return folder !== undefined && folder.length <= PATH_BYTES;
}
