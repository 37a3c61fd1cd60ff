import * as z from 'zod';
import {
  isOver,
  MOST_DEPTH,
  MOST_HIDDEN_FOLDERS,
  MOST_REMEMBERED,
  MOST_ROOTS,
  putMode,
  SHOWN_ROOTS,
  TRANSFER_MEMORY,
  TRANSFER_STATES,
  transferId,
  type TransferState,
} from '#shared/files/index.ts';
import type { Clock } from '#shared/clock.ts';
import { AGENT_NAME } from '#shared/messages/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { DocumentStore, type DocumentDefinition } from '../core/store/index.ts';

/** Transfers that are over and kept with all that is known of them. Of older ones the ID is kept. */
const MOST_OVER = 200;
/** Failed entries that are kept of a transfer, and characters of their paths. */
const MOST_FAILURES = 100;
const FAILURE_PATH = 512;
/** Names at the top that are kept; they are longer than any that is shown. */
const NAME = 1024;

const time = z.number().int();
const count = z.number().int().min(0);
const peerId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);
const path = z.string().min(1).max(8192);
const names = z.array(z.string().min(1).max(NAME)).max(MOST_DEPTH);

const record = z.strictObject({
  id: transferId,
  direction: z.enum(['in', 'out']),
  peer: peerId,
  names: z.array(z.string().max(NAME)).max(SHOWN_ROOTS),
  top: count,
  state: z.enum(TRANSFER_STATES),
  since: time,
  startedAt: time,
  code: z.string().max(64).nullable(),
  /** Totals; null until the sender has listed them. */
  entries: count.nullable(),
  files: count.nullable(),
  bytes: count.nullable(),
  /** Files and bytes that the receiver has. */
  filesDone: count,
  bytesDone: count,
  changed: count,
  renamed: count,
  failed: count,
  leftOut: count,
  failures: z
    .array(z.strictObject({ path: z.string().max(FAILURE_PATH), code: z.string().max(64) }))
    .max(MOST_FAILURES),
  /** A person here has paused it. */
  paused: z.literal(true).optional(),
  /** Sender: what is sent. */
  roots: z
    .array(z.strictObject({ path, name: z.string().min(1).max(NAME) }))
    .max(MOST_ROOTS)
    .optional(),
  /** Sender: agent of this machine that sends it, from the folder that a person has granted it; missing for a person. */
  agent: z.string().regex(AGENT_NAME).optional(),
  /** Sender: hash of the list in the profile; missing until it is written. */
  list: z.string().length(64).optional(),
  /** Sender: bytes of that list, if a peer has asked for the transfer. */
  listBytes: count.optional(),
  /** Terminal on the receiver into whose folder it goes; and at the sender that folder, once the files are there. */
  terminal: z.string().min(1).max(64).optional(),
  folderThere: path.optional(),
  /** Names at the receiver of the first files and folders at the top; missing until they are in their place. */
  placed: z.array(z.string().max(NAME)).max(SHOWN_ROOTS).optional(),
  /** Receiver: folder into which it goes, and kinds of what `names` has. */
  folder: path.optional(),
  /** Receiver: folder that has its hidden parts; missing if that is `folder`. */
  parts: path.optional(),
  kinds: z
    .array(z.enum(['file', 'folder']))
    .max(SHOWN_ROOTS)
    .optional(),
  /** Shared folder of the other machine: into which it goes, or out of which this machine has asked for it, under this name. */
  there: z
    .strictObject({
      folder: z.string().max(NAME),
      path: names,
      mode: putMode.optional(),
      name: z.string().max(NAME).optional(),
    })
    .optional(),
  /** Folder that this machine shares, with its path: into which it goes, or out of which the other machine has asked for it. */
  here: z.strictObject({ folder: z.string().max(NAME), root: path, path: names, mode: putMode.optional() }).optional(),
});
const remembered = z.strictObject({
  id: transferId,
  peer: peerId,
  state: z.enum(TRANSFER_STATES),
  at: time,
  files: count,
  bytes: count,
  failed: count,
});
const hiddenFolder = z.strictObject({ path, identity: z.string().max(64), has: z.enum(['parts', 'trash']), at: time });
const document = z.strictObject({
  transfers: z.array(record),
  remembered: z.array(remembered),
  // Missing in documents of earlier versions.
  hidden: z.array(hiddenFolder).optional(),
});

/** Time after which another use of such a folder is written, ms. */
const USE_NOTED = 86_400_000;

/**
 * Folder that has hidden parts of transfers, or the trash of a shared folder, also when it was renamed or is no longer shared. `identity`: its device and
 * inode. `at`: time of the last use, ms since 1970.
 */
export type HiddenFolder = Readonly<z.infer<typeof hiddenFolder>>;

/** Transfer as the profile keeps it. */
export type TransferRecord = Readonly<Omit<z.infer<typeof record>, 'peer'> & { peer: PeerId }>;
/** Counts of a transfer of which nothing is known yet. */
export const NOTHING_YET = {
  code: null,
  entries: null,
  files: null,
  bytes: null,
  filesDone: 0,
  bytesDone: 0,
  changed: 0,
  renamed: 0,
  failed: 0,
  leftOut: 0,
  failures: [],
} as const satisfies Partial<TransferRecord>;
/** Remains of a transfer that was over long ago. */
export type RememberedTransfer = Readonly<Omit<z.infer<typeof remembered>, 'peer'> & { peer: PeerId }>;

const DEFINITION: DocumentDefinition<z.infer<typeof document>> = {
  name: 'transfers',
  version: 1,
  schema: document,
  migrations: {},
  initial: () => ({ transfers: [], remembered: [] }),
};

/** Transfers of this device in both directions, in the document `transfers` of the profile. What runs tells the book of each new state. */
export class TransferBook {
  readonly #store: DocumentStore<z.infer<typeof document>>;
  readonly #clock: Clock;
  readonly #onChange: (record: TransferRecord) => void;
  readonly #onRemembered: (record: TransferRecord) => void;
  readonly #records: Map<string, TransferRecord>;
  readonly #remembered: Map<string, RememberedTransfer>;
  #hidden: readonly HiddenFolder[];

  /**
   * Loads the document.
   * @param options.onChange called after each change of a transfer
   * @param options.onRemembered called when only the ID of a transfer stays: it is no longer listed, and what is kept for it elsewhere is of no use any more
   * @throws {StoreError} if it can't be used
   */
  constructor(
    options: Readonly<{
      file: DocumentFile;
      clock: Clock;
      logger: Logger;
      onChange: (record: TransferRecord) => void;
      onRemembered: (record: TransferRecord) => void;
    }>,
  ) {
    this.#store = new DocumentStore(options.file, DEFINITION, options.logger);
    this.#clock = options.clock;
    this.#onChange = options.onChange;
    this.#onRemembered = options.onRemembered;
    const { transfers, remembered: old, hidden = [] } = this.#store.value;
    this.#hidden = hidden;
    this.#records = new Map(transfers.map((one) => [one.id, one as TransferRecord]));
    this.#remembered = new Map(old.map((one) => [one.id, one as RememberedTransfer]));
  }

  /** Returns all transfers that aren't only remembered, newest first. */
  list(): readonly TransferRecord[] {
    return [...this.#records.values()].toSorted((one, other) => other.startedAt - one.startedAt);
  }

  get(id: string): TransferRecord | undefined {
    return this.#records.get(id);
  }

  /** Returns what is known of a transfer that was over long ago. */
  remembered(id: string): RememberedTransfer | undefined {
    return this.#remembered.get(id);
  }

  /** Adds a transfer, or one again that has failed. @throws {StoreError} `store.write` */
  add(added: TransferRecord): void {
    const before = this.#records.get(added.id);
    this.#records.set(added.id, added);
    try {
      this.#save();
    } catch (error) {
      if (before === undefined) this.#records.delete(added.id);
      else this.#records.set(added.id, before);
      throw error;
    }
    this.#onChange(added);
  }

  /**
   * Changes a transfer; a new state begins now. Counts alone aren't written to the disk: the receiver's journal has them.
   * @returns the transfer; undefined if there is none
   * @throws {StoreError} `store.write`
   */
  update(id: string, change: Partial<TransferRecord>): TransferRecord | undefined {
    const before = this.#records.get(id);
    if (before === undefined) return undefined;
    const isNew = change.state !== undefined && change.state !== before.state;
    const after: TransferRecord = { ...before, ...change, ...(isNew ? { since: this.#clock.now() } : {}) };
    this.#records.set(id, after);
    if (!isCountOnly(change)) this.#save();
    this.#onChange(after);
    return after;
  }

  /** Removes what a removed peer has to do with. The IDs stay, since the peer may be paired again. @throws {StoreError} `store.write` */
  forgetPeer(peer: PeerId): void {
    for (const one of this.#records.values()) if (one.peer === peer && isOver(one.state)) this.#remember(one);
    this.#save();
  }

  /** Removes a transfer that is over from the list. Its ID stays, so that it doesn't come back. @throws {StoreError} `store.write` */
  remove(id: string): void {
    const one = this.#records.get(id);
    if (one === undefined || !isOver(one.state)) return;
    this.#remember(one);
    this.#save();
  }

  /** Returns the folders that have hidden parts or a trash. */
  hidden(): readonly HiddenFolder[] {
    return this.#hidden;
  }

  /** Notes a folder that has hidden parts or a trash. @throws {StoreError} `store.write` */
  noteHidden(used: Omit<HiddenFolder, 'at'>): void {
    const at = this.#clock.now();
    const known = this.#hidden.find((one) => isSameFolder(one, used));
    if (known !== undefined && at - known.at < USE_NOTED) {
      // Another object, so that a look from before this use, which has found nothing, doesn't forget it.
      this.#hidden = this.#hidden.map((one) => (one === known ? { ...known } : one));
      return;
    }
    this.#setHidden([...this.#hidden.filter((one) => one !== known), { ...used, at }].slice(-MOST_HIDDEN_FOLDERS));
  }

  /** Forgets a folder that has nothing more, or isn't found, unless it was noted since `hidden` has returned it. @throws {StoreError} `store.write` */
  forgetHidden(used: HiddenFolder): void {
    const left = this.#hidden.filter((one) => one !== used);
    if (left.length < this.#hidden.length) this.#setHidden(left);
  }

  #setHidden(after: readonly HiddenFolder[]): void {
    const before = this.#hidden;
    this.#hidden = after;
    try {
      this.#save();
    } catch (error) {
      this.#hidden = before;
      throw error;
    }
  }

  #save(): void {
    this.#tidy();
    this.#store.save({
      transfers: [...this.#records.values()],
      remembered: [...this.#remembered.values()],
      hidden: [...this.#hidden],
    });
  }

  /** Turns the oldest transfers that are over into remembered ones, and forgets those after their time. */
  #tidy(): void {
    const over = [...this.#records.values()].filter(({ state }) => isOver(state));
    if (over.length > MOST_OVER)
      for (const one of over.toSorted((a, b) => a.since - b.since).slice(0, over.length - MOST_OVER))
        this.#remember(one);
    const now = this.#clock.now();
    const counts = new Map<PeerId, number>();
    for (const { id, at, peer } of [...this.#remembered.values()].toSorted((a, b) => b.at - a.at)) {
      const number = (counts.get(peer) ?? 0) + 1;
      counts.set(peer, number);
      if (now - at > TRANSFER_MEMORY || number > MOST_REMEMBERED) this.#remembered.delete(id);
    }
  }

  #remember(forgotten: TransferRecord): void {
    const { id, peer, state, since, filesDone, bytesDone, failed } = forgotten;
    this.#records.delete(id);
    this.#onRemembered(forgotten);
    this.#remembered.set(id, { id, peer, state, at: since, files: filesDone, bytes: bytesDone, failed });
  }
}

/** Returns failed entries as the book keeps them. */
export function keptFailures(
  failures: Iterable<Readonly<{ path: readonly string[]; code: string }>>,
): TransferRecord['failures'] {
  return [...failures]
    .slice(0, MOST_FAILURES)
    .map(({ path: names, code }) => ({ path: names.join('/').slice(0, FAILURE_PATH), code }));
}

function isSameFolder(one: Omit<HiddenFolder, 'at'>, other: Omit<HiddenFolder, 'at'>): boolean {
  return one.path === other.path && one.identity === other.identity && one.has === other.has;
}

/** State and code of a transfer. */
export type TransferOutcome = Readonly<{ state: TransferState; code: string | null }>;

const COUNTS: ReadonlySet<string> = new Set(['filesDone', 'bytesDone', 'changed', 'failed']);

function isCountOnly(change: Partial<TransferRecord>): boolean {
  return Object.keys(change).every((key) => COUNTS.has(key));
}
