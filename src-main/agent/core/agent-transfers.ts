import type { TransferFailure, TransferView } from '#shared/app-api/index.ts';
import type { TransferState } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { MessageFile } from '#shared/messages/index.ts';

/** File with its contents, as a program names one that is not on the disk. */
export type FileContents = Readonly<{ name: string; contents: Uint8Array }>;
/** File or folder of a message: its path, or its contents. */
export type Attachment = string | FileContents;

/** Transfer of an agent, with the first of its files that are missing at the receiver. */
export type AgentTransfer = Readonly<{ transfer: TransferView; failures: readonly TransferFailure[] }>;

/** State of the files that come with a message: of their transfer, with its code. `files`: names and places here by their number; no place is null. */
export type FilesState = Readonly<{
  state: TransferState;
  code: string | null;
  files: readonly Readonly<{ name: string; path: string | null }>[];
}>;

/**
 * Transfers of this device, as its agents begin them. Each agent sees and ends its own only.
 */
export interface AgentTransfers {
  /** Checks a folder below which an agent may send files. @returns its real path @throws {FilesError} `file.folder`, `file.profile` */
  grant(folder: string): Promise<string>;
  /**
   * Queues files and folders for a peer.
   * @param by the agent, and the folder that a person has granted it
   * @param paths below that folder; a relative one begins there
   * @param key repeated with the same key, the call sends once
   * @throws {FilesError} as `OutgoingTransfers.send`; errors of `peers.requireCompared`
   */
  send(
    by: Readonly<{ agent: string; folder: string }>,
    peerId: PeerId,
    paths: readonly string[],
    key: string | undefined,
  ): Promise<AgentTransfer>;
  /**
   * Queues the files of a message, all in one transfer. Contents are written to private files, which are removed once the transfer is over.
   * @param by agent, and its folder; undefined: a person sends them, from anywhere
   * @param key repeated with the same key, the call sends once; undefined: it isn't repeated
   * @throws {FilesError} as `send`
   */
  attach(
    by: Readonly<{ agent: string; folder: string }> | undefined,
    peerId: PeerId,
    files: readonly Attachment[],
    key: string | undefined,
  ): Promise<readonly MessageFile[]>;
  /** Returns the state of the transfer of a message's files, with this peer and in this direction only. */
  stateOf(transfer: string, peerId: PeerId, direction: 'in' | 'out'): FilesState;
  /** Ends a transfer from here that isn't over, since its message doesn't arrive. Never rejects. */
  drop(transfer: string): Promise<void>;
  /** Returns a transfer of an agent. @throws {FilesError} `file.unknown` */
  get(agent: string, id: string): AgentTransfer;
  /** Ends a transfer of an agent for good. @throws {FilesError} `file.unknown`, `file.over`; {StoreError} `store.write` */
  cancel(agent: string, id: string): Promise<AgentTransfer>;
  /** Ends all transfers of an agent that aren't over, since it may no longer send files. @throws {StoreError} `store.write` */
  cancelAll(agent: string): Promise<void>;
  /** Calls the listener with the ID and state of each transfer that changes. @returns function that ends that */
  onChange(listener: (id: string, state: TransferState) => void): () => void;
}

/** Place of the `AgentTransfers` of an agent. The module of files fills it; without that module it stays empty. */
export class AgentTransfersSlot {
  #transfers: AgentTransfers | undefined;

  get current(): AgentTransfers | undefined {
    return this.#transfers;
  }

  set(transfers: AgentTransfers): void {
    this.#transfers = transfers;
  }
}
