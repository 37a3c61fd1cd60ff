import { randomBytes } from 'node:crypto';
import type { FilesCaller } from '#agent/files/receiver/admission.ts';
import { IncomingTransfers } from '#agent/files/receiver/incoming-transfers.ts';
import { ListRoom } from '#agent/files/list-room.ts';
import { OutgoingTransfers } from '#agent/files/sender/outgoing-transfers.ts';
import { TransferBook, type TransferRecord } from '#agent/files/transfer-book.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import type { Clock } from '#shared/clock.ts';
import { FilesError, isOver, type IncomingDisk } from '#shared/files/index.ts';
import { createIdentity, type PeerId } from '#shared/identity/index.ts';
import { LinkError, type IncomingStream, type Session } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { until } from '#test/support/e2e/until.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { MemoryStore, type MemorySource } from './memory-source.ts';

/** Timers of a test that waits for no one run this much faster. */
const SPEED = 20;
const CHUNK = 1_048_576;

/** Clock whose timers come early. */
const quickClock: Clock = {
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic(),
  setTimer: (delay, callback) => systemClock.setTimer(Math.ceil(delay / SPEED), callback),
};

function peerIdOf(name: string): PeerId {
  const secret = new Uint8Array(32).fill(name.charCodeAt(0));
  return createIdentity(nativeBackend, secret, { generation: 1, now: 1_800_000_000 }).peerId;
}

export const SENDER = peerIdOf('sender');
export const RECEIVER = peerIdOf('receiver');

/** A device that sends and one that receives, and the link between them. Either can be killed at any moment; its documents stay. */
export class TransferWorld {
  readonly source: MemorySource;
  readonly disk: IncomingDisk;
  readonly senderBook = new MemoryDocumentFile();
  readonly receiverBook = new MemoryDocumentFile();
  readonly store = new MemoryStore();
  readonly #target: string;
  sender: Readonly<{ book: TransferBook; transfers: OutgoingTransfers }> | undefined;
  receiver: Readonly<{ book: TransferBook; transfers: IncomingTransfers }> | undefined;
  #link: FakeLink | undefined;
  /** Decides on an offer, as the person at the receiver. */
  authorize: FilesCaller['authorize'] = async () => undefined;
  mayOffer = true;
  /** Bytes of a transfer up to which no one is asked. */
  sizeLimit: number | undefined;
  /** Room for lists of either device; undefined: that of the protocol. */
  lists: Readonly<{ ofPeer: number; all: number }> | undefined;
  /** Folders into which the sender may put files, by name. */
  readonly shared = new Map<string, string>();
  /** Folder of the terminal `held`, the only one that the sender holds; undefined: it holds none. */
  terminalFolder: string | undefined;

  constructor(source: MemorySource, disk: IncomingDisk, target = '/inbox') {
    this.source = source;
    this.disk = disk;
    this.#target = target;
  }

  startSender(): void {
    const book = this.#book(this.senderBook);
    const transfers = new OutgoingTransfers({
      book,
      source: this.source,
      sourceOf: () => this.source,
      store: this.store,
      lists: this.lists === undefined ? undefined : new ListRoom(this.lists),
      crypto: nativeBackend,
      clock: quickClock,
      logger: silentLogger,
      random: () => 0.5,
      createId: () => randomBytes(16).toString('hex'),
      network: {
        current: () => this.session,
        mayReach: () => this.session !== undefined,
        session: async () => {
          if (this.session === undefined) throw new LinkError('link.timeout', 'the link is down');
          return this.session;
        },
      },
      onShown: () => undefined,
      onOver: () => undefined,
    });
    this.sender = { book, transfers };
    transfers.start();
  }

  startReceiver(): void {
    const book = this.#book(this.receiverBook);
    const transfers: IncomingTransfers = new IncomingTransfers({
      book,
      disk: this.disk,
      clock: quickClock,
      logger: silentLogger,
      crypto: nativeBackend,
      pathBelow: (folder, names) => [folder, ...names].join('/'),
      folderFor: () => this.#target,
      folderOfTerminal: async (_peer, terminal) => (terminal === 'held' ? this.terminalFolder : undefined),
      takeChosen: () => undefined,
      mayOffer: () => this.mayOffer,
      sizeLimit: () => this.sizeLimit,
      shared: (_peer, name) => {
        const path = this.shared.get(name);
        if (path === undefined) throw new FilesError('file.not-shared', 'no such folder');
        return { name, path };
      },
      syncBytes: CHUNK,
      lists: this.lists === undefined ? undefined : new ListRoom(this.lists),
      onShown: () => undefined,
      onOver: () => undefined,
      onCancelled: (_peer, id) => void transfers.cancel(id),
    });
    this.receiver = { book, transfers };
  }

  killSender(): void {
    const dead = this.sender;
    this.sender = undefined;
    this.lose();
    dead?.transfers.close();
  }

  killReceiver(): void {
    const dead = this.receiver;
    this.receiver = undefined;
    this.lose();
    // What it still writes goes nowhere.
    void dead?.transfers.close();
  }

  connect(): void {
    if (this.#link !== undefined || this.sender === undefined || this.receiver === undefined) return;
    const { transfers } = this.receiver;
    this.#link = new FakeLink((stream) => this.#serve(transfers, stream));
    this.sender.transfers.linked(RECEIVER);
  }

  lose(): void {
    const link = this.#link;
    this.#link = undefined;
    link?.lose();
  }

  get session(): Session | undefined {
    return this.#link?.session;
  }

  /** Queues files; resolves to the transfer's ID. */
  async send(...paths: readonly string[]): Promise<string> {
    if (this.sender === undefined) throw new Error('the sender is down');
    return (await this.sender.transfers.send(RECEIVER, paths)).id;
  }

  async end(id: string, timeout = 30_000): Promise<TransferRecord> {
    return await until(
      'the end of the transfer',
      () => {
        const record = this.sender?.book.get(id);
        return record !== undefined && isOver(record.state) ? record : undefined;
      },
      timeout,
    );
  }

  #serve(transfers: IncomingTransfers, stream: IncomingStream): void {
    if (stream.kind === 'file') transfers.serveContents(stream, SENDER);
    else
      void transfers.serve(stream, {
        peerId: SENDER,
        name: 'sender',
        authorize: async (...request) => await this.authorize(...request),
      });
  }

  #book(file: MemoryDocumentFile): TransferBook {
    return new TransferBook({
      file,
      clock: quickClock,
      logger: silentLogger,
      onChange: () => undefined,
      onRemembered: () => undefined,
    });
  }
}
