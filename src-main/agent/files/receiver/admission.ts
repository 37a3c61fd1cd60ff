import {
  FilesError,
  isOver,
  UNFINISHED,
  UNFINISHED_PER_PEER,
  type IncomingDisk,
  type Offer,
} from '#shared/files/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { RequestText } from '../../core/approvals/index.ts';
import { NOTHING_YET, type TransferBook, type TransferRecord } from '../transfer-book.ts';
import { describeOffer } from './describe-offer.ts';
import { usableSpace } from './space-watch.ts';

/** Peer that sends files. `authorize`: as that of `MessageCaller`. */
export type FilesCaller = Readonly<{
  peerId: PeerId;
  name: string;
  authorize(
    describe: () => RequestText,
    signal: AbortSignal,
    onWaiting: () => void,
    right?: 'send' | 'files',
  ): Promise<Readonly<{ code: string; retryAfter?: number }> | undefined>;
}>;

export type AdmissionOptions = Readonly<{
  book: TransferBook;
  disk: Pick<IncomingDisk, 'prepare' | 'space'>;
  clock: Clock;
  /** Returns the path of names below a folder. */
  pathBelow(folder: string, names: readonly string[]): string;
  /** Returns the folder into which a transfer of the peer goes. */
  folderFor(peerId: PeerId): string;
  /** Returns the folder of a terminal that the peer holds here; undefined if there is none, or the system doesn't tell it. */
  folderOfTerminal(peerId: PeerId, terminal: string): Promise<string | undefined>;
  /** Returns the folder that a person has chosen for the transfer that was just accepted, once; undefined: that of the peer. */
  takeChosen(peerId: PeerId): string | undefined;
  /** Reports whether the peer may send into the inbox at all. */
  mayOffer(peerId: PeerId): boolean;
  /** Returns the bytes of a transfer into the inbox up to which no person is asked; undefined for no limit. */
  sizeLimit(peerId: PeerId): number | undefined;
  /** Returns the shared folder into which the peer may put files. @throws {FilesError} `file.not-shared`, `file.read-only` */
  shared(peerId: PeerId, name: string): Readonly<{ name: string; path: string }>;
  /** Called when a transfer begins again in another folder; parts of it may be in the one before. */
  onElsewhere(before: TransferRecord): void;
}>;

/**
 * Decides on the offers of peers: by the rights, by what a person has accepted before, and by the space; asks a person if the right is undecided. Called by
 * `IncomingTransfers`.
 */
export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /**
   * Decides whether a transfer may begin or go on; one that begins is in the book then.
   * @param signal ends the question
   * @param onAsked called when a person is asked
   * @returns the refusal
   */
  async decide(
    offer: Offer,
    caller: FilesCaller,
    { signal, onAsked }: Readonly<{ signal: AbortSignal; onAsked: () => void }>,
  ): Promise<Readonly<{ code: string; retryAfter?: number }> | undefined> {
    const { book, clock, disk, folderFor, folderOfTerminal, mayOffer, takeChosen } = this.#options;
    const { peerId } = caller;
    const { transfer: id, entries, files, bytes } = offer;
    const into = placeOf(offer);
    const record = book.get(id);
    const mayStill = (): boolean => {
      if (record?.there !== undefined) return true;
      if (into === undefined) return mayOffer(peerId);
      return this.#options.shared(peerId, into.folder).path === (record?.here?.root ?? shared?.path);
    };
    const shared = into === undefined ? undefined : this.#options.shared(peerId, into.folder);
    if (into?.path.some(isUnserved) === true) return { code: 'file.missing' };
    if (!mayStill()) return { code: 'rights.denied' };
    // What a person has accepted goes on unasked, and so does what a person here has asked for; nothing else does.
    if (record !== undefined && !isOver(record.state)) {
      if (!isSamePlace(record, offer)) return { code: 'file.refused' };
      if (record.there !== undefined && record.files === null) {
        // Nothing but what was asked for, under the name that it was to have.
        if (offer.top !== 1 || offer.roots[0]?.name !== record.names[0])
          throw new FilesError('file.protocol', 'something else comes than what was asked for');
        book.update(id, { kinds: offer.roots.map(({ kind }) => kind), entries, files, bytes });
      } else if (!isSame(offer, record))
        throw new FilesError('file.protocol', 'the transfer is another one than before');
      return undefined;
    }
    // Nothing is sent to this machine that it has asked for once and doesn't want any more.
    if (record?.there !== undefined) return { code: 'file.refused' };
    if (this.#isFull(peerId)) return { code: 'file.offers' };
    const terminal = terminalOf(offer);
    const inbox = terminal === undefined ? folderFor(peerId) : await folderOfTerminal(peerId, terminal);
    if (inbox === undefined) return { code: 'file.terminal' };
    const planned =
      shared === undefined || into === undefined
        ? await disk.prepare(inbox)
        : this.#options.pathBelow(shared.path, into.path);
    // A smaller disk may be mounted below the top of a shared folder.
    const free = await usableSpace(disk, shared?.path ?? planned, shared === undefined ? undefined : into?.path);
    if (bytes > free) return { code: 'file.no-space' };
    const denied = await caller.authorize(
      () =>
        describeOffer(offer, {
          free,
          into: planned,
          ...(shared === undefined || into === undefined ? {} : { folder: shared.name, mode: into.mode }),
        }),
      signal,
      onAsked,
      into === undefined ? 'send' : 'files',
    );
    if (denied !== undefined) return denied;
    if (signal.aborted) return { code: 'rights.withdrawn' };
    const chosen = into === undefined ? takeChosen(peerId) : undefined;
    // Not awaited without a choice: the right may change meanwhile.
    const folder = chosen === undefined ? planned : await disk.prepare(chosen);
    if (!mayStill()) return { code: 'rights.denied' };
    // Others may have begun while a person was asked.
    if (this.#isFull(peerId)) return { code: 'file.offers' };
    book.add({
      id,
      direction: 'in',
      peer: peerId,
      names: offer.roots.map(({ name }) => name),
      top: offer.top,
      state: 'waiting',
      since: clock.now(),
      startedAt: record?.startedAt ?? clock.now(),
      ...NOTHING_YET,
      entries,
      files,
      bytes,
      folder,
      // A person's other choice is not told to the peer.
      terminal: chosen === undefined ? terminal : undefined,
      kinds: offer.roots.map(({ kind }) => kind),
      ...(shared === undefined || into === undefined
        ? {}
        : { here: { folder: shared.name, root: shared.path, path: into.path, mode: into.mode } }),
    });
    // Parts of an earlier attempt are of no use elsewhere. Those for the same shared folder are at its top.
    if (record?.folder !== undefined && record.folder !== folder && record.here?.root !== (shared?.path ?? ''))
      this.#options.onElsewhere(record);
    return undefined;
  }

  /** Returns the bytes that may come with an offer now. One that was small enough to need no question stays so small. */
  mostBytes({ bytes, into, transfer }: Offer, peerId: PeerId): number {
    const limit = this.#options.sizeLimit(peerId);
    const isAsked = into !== undefined || this.#options.book.get(transfer)?.there !== undefined;
    return limit === undefined || isAsked || bytes > limit ? Infinity : limit;
  }

  /** Reports whether as many transfers of the peer, or of all, aren't over as may be. */
  #isFull(peerId: PeerId): boolean {
    const open = this.#options.book.list().filter(({ direction, state }) => direction === 'in' && !isOver(state));
    return open.length >= UNFINISHED || open.filter(({ peer }) => peer === peerId).length >= UNFINISHED_PER_PEER;
  }
}

/** Returns the shared folder into which files are offered; undefined for the inbox. */
function placeOf({ into }: Offer): Extract<Offer['into'], { folder: string }> | undefined {
  return into !== undefined && 'folder' in into ? into : undefined;
}

/** Reports whether a name can't be that of a folder that is served, whatever the system is. */
function isUnserved(name: string): boolean {
  return name.startsWith('.') || /[/\\\0]/.test(name);
}

/** Reports whether an offer is for the place for which it was accepted. */
function isSamePlace({ here }: TransferRecord, offer: Offer): boolean {
  const into = placeOf(offer);
  return here === undefined
    ? into === undefined
    : into !== undefined && into.folder === here.folder && into.path.join('/') === here.path.join('/');
}

/** Returns the terminal into whose folder files are offered; undefined for another place. */
function terminalOf({ into }: Offer): string | undefined {
  return into !== undefined && 'terminal' in into ? into.terminal : undefined;
}

/** Reports whether an offer is the one that a transfer of the book began with. Its list is compared with the offer when it comes. */
function isSame({ entries, files, bytes, top, roots }: Offer, record: TransferRecord): boolean {
  return (
    record.entries === entries &&
    record.files === files &&
    record.bytes === bytes &&
    record.top === top &&
    record.names.length === roots.length &&
    // Records of earlier versions have no kinds.
    roots.every(({ name, kind }, index) => record.names[index] === name && (record.kinds?.[index] ?? kind) === kind)
  );
}
