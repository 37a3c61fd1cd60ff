import type { MessageFileView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { FilesError, isOver, type TransferState } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { MessageFile } from '#shared/messages/index.ts';
import type { AgentTransfer, AgentTransfers, AgentTransfersSlot, Attachment } from '../../core/agent-transfers.ts';
import { MessageError } from '../errors.ts';
import type { BoxEntry } from '../box-entry.ts';
import type { AgentBook, LocalAgent } from './agent-book.ts';

export type AgentFilesOptions = Readonly<{
  agents: Pick<AgentBook, 'get' | 'set'>;
  /** @throws {MessageError} `local-agent.unknown` */
  requireAgent(name: string): LocalAgent;
  transfers: Pick<AgentTransfersSlot, 'current'>;
}>;

/** Files of a message, and who names them. */
export type Attachments = Readonly<{ files: readonly Attachment[]; ofAgent: boolean; told?: string | undefined }>;

/**
 * Files that the agents of this machine send. An agent may send what is below the folder that a person has granted it, and nothing without one; what its
 * program says of the folder doesn't count.
 */
export class AgentFiles {
  readonly #options: AgentFilesOptions;

  constructor(options: AgentFilesOptions) {
    this.#options = options;
  }

  /**
   * Sets the folder of an agent; null for none. Its transfers from another one are ended.
   * @throws {MessageError} `local-agent.unknown`, `local-agent.person`; {FilesError} `file.folder`, `file.profile`; {StoreError} `store.write`
   */
  async grant(name: string, folder: string | null): Promise<LocalAgent> {
    const { agents, requireAgent } = this.#options;
    requireAgent(name);
    const files = folder === null ? null : await this.#transfers.grant(folder);
    // It may have been removed meanwhile.
    const before = requireAgent(name).files;
    // A crash in between leaves no transfer without a grant.
    if (before !== files) await this.end(name);
    requireAgent(name);
    const agent = agents.set(name, { files });
    if (before !== files) await this.end(name);
    return agent;
  }

  /**
   * Queues files for a peer.
   * @param key repeated with the same key, the call sends once
   * @param told folder that the agent's program was told; undefined if it wasn't
   * @throws {MessageError} `local-agent.unknown`, `local-agent.no-files`; {FilesError} as `AgentTransfers.send`
   */
  async send(
    agent: string,
    peerId: PeerId,
    paths: readonly string[],
    { key, told }: Readonly<{ key?: string | undefined; told?: string | undefined }> = {},
  ): Promise<AgentTransfer> {
    const folder = this.#granted(agent, told);
    return await this.#unlessWithdrawn(
      agent,
      folder,
      await this.#transfers.send({ agent, folder }, peerId, paths, key),
    );
  }

  /**
   * Queues the files of a message.
   * @param from agent that writes it
   * @param files files; `ofAgent`: the agent's program names them, so that it needs a folder, and only paths below that are sent; otherwise a person does.
   * `told`: as in `send`
   * @throws as `send`
   */
  async attach(
    from: string,
    peerId: PeerId,
    { files, ofAgent, told }: Attachments,
    key: string | undefined,
  ): Promise<readonly MessageFile[]> {
    if (!ofAgent)
      return await this.#transfers.attach(undefined, peerId, files, key === undefined ? undefined : `${from} ${key}`);
    const folder = this.#granted(from, told);
    return await this.#unlessWithdrawn(
      from,
      folder,
      await this.#transfers.attach({ agent: from, folder }, peerId, files, key),
    );
  }

  /** Returns the files of a message with their state and place here. */
  filesOf({ files }: Pick<BoxEntry, 'files'>, peerId: PeerId, direction: 'in' | 'out'): readonly MessageFileView[] {
    const [first] = files;
    if (first === undefined) return [];
    const known = this.#options.transfers.current?.stateOf(first.transfer, peerId, direction);
    return files.map(({ transfer, name, size = null }, index) => ({
      transfer,
      // The name that was offered is the one that arrives.
      name: known?.files[index]?.name ?? name,
      size,
      state: known?.state ?? 'waiting',
      code: known?.code ?? null,
      path: known?.files[index]?.path ?? null,
    }));
  }

  /** Waits until the files of a message that came in are there, or can't come. @param patience ms */
  async untilArrived(
    entry: Pick<BoxEntry, 'files'>,
    peerId: PeerId,
    patience: number,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<void> {
    const arrives = (): boolean => this.filesOf(entry, peerId, 'in').some(({ state }) => !isOver(state));
    await this.#wait(patience, clock, signal, (done) => {
      const look = (): void => {
        if (!arrives()) done();
      };
      look();
      return this.onChange(look);
    });
  }

  /** Ends the transfer of a message that doesn't arrive. Never rejects. */
  async drop({ files }: Pick<BoxEntry, 'files'>): Promise<void> {
    const [first] = files;
    if (first !== undefined) await this.#options.transfers.current?.drop(first.transfer);
  }

  /** Calls the listener with the ID and state of each transfer that changes. @returns function that ends that */
  onChange(listener: (transfer: string, state: TransferState) => void): () => void {
    return this.#options.transfers.current?.onChange(listener) ?? (() => undefined);
  }

  /**
   * Waits until a transfer of an agent is over.
   * @param patience ms
   * @returns the transfer as it is then, or when the time is over
   * @throws {FilesError} `file.unknown`
   */
  async untilOver(
    agent: string,
    id: string,
    patience: number,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<AgentTransfer> {
    const transfers = this.#transfers;
    await this.#wait(patience, clock, signal, (done) => {
      const look = (): void => {
        if (isOver(transfers.get(agent, id).transfer.state)) done();
      };
      look();
      return transfers.onChange((changed) => {
        if (changed !== id) return;
        try {
          look();
        } catch {
          // It was removed; the answer says so.
          done();
        }
      });
    });
    return transfers.get(agent, id);
  }

  /** Ends a transfer of an agent. @throws {FilesError} `file.unknown`, `file.over`; {StoreError} `store.write` */
  async cancel(agent: string, id: string): Promise<AgentTransfer> {
    return await this.#transfers.cancel(agent, id);
  }

  /** Ends all transfers of an agent that may no longer send files. @throws {StoreError} `store.write` */
  async end(agent: string): Promise<void> {
    await this.#options.transfers.current?.cancelAll(agent);
  }

  /** Returns the folder that an agent has. @throws {MessageError} `local-agent.no-files` if it has none, or its program was told another one */
  #granted(agent: string, told: string | undefined): string {
    const { files } = this.#options.requireAgent(agent);
    if (files === null || (told !== undefined && told !== files)) throw noFiles(agent);
    return files;
  }

  /** Returns what was queued, unless the grant was withdrawn while the files were looked for. @throws {MessageError} `local-agent.no-files` */
  async #unlessWithdrawn<Queued>(agent: string, folder: string, queued: Queued): Promise<Queued> {
    if (this.#options.agents.get(agent)?.files === folder) return queued;
    await this.end(agent);
    throw noFiles(agent);
  }

  /** Waits until `begin` calls its argument, at most `patience` ms, or until the signal is aborted. */
  async #wait(
    patience: number,
    clock: Clock,
    signal: AbortSignal,
    begin: (done: () => void) => () => void,
  ): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = begin(resolve);
    const timer = clock.setTimer(patience, resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    try {
      await promise;
    } finally {
      end();
      timer.cancel();
    }
  }

  get #transfers(): AgentTransfers {
    const { current } = this.#options.transfers;
    if (current === undefined) throw new FilesError('file.unavailable', 'this device transfers no files');
    return current;
  }
}

function noFiles(agent: string): MessageError {
  return new MessageError('local-agent.no-files', 'the agent may not send files', { details: { agent } });
}
