import type { PeerId } from '#shared/identity/index.ts';
import { MESSAGE_LIFE, type AgentAddress, type MessageFile, type MessageMedia } from '#shared/messages/index.ts';
import { PERSON } from './agents/agent-book.ts';
import type { AgentFiles, Attachments } from './agents/agent-files.ts';
import { MessageError } from './errors.ts';
import type { InboxEntry } from './inbox/inbox.ts';
import type { MessageService } from './message-service.ts';
import { isSameMessage } from './outbox/is-same-message.ts';
import type { OutboxEntry } from './outbox/outbox-entry.ts';
import type { NewMessage } from './outbox/outbox.ts';

/** Message of an agent of this device. */
export type OwnMessage = Readonly<{
  from: string;
  to: AgentAddress;
  body: string;
  media: MessageMedia;
  thread?: string | undefined;
  replyTo?: string | undefined;
  /** ms */
  life?: number | undefined;
  /** Key under which the caller may repeat the call without sending the message twice. */
  key?: string | undefined;
  /** True if the sender knows that the relay can read it, which a foreign instance needs once. */
  relayCanRead?: boolean | undefined;
  /** Files that come with it. */
  files?: Attachments | undefined;
}>;

type MessageSenderOptions = Readonly<{
  ownId: PeerId;
  service: Pick<MessageService, 'send' | 'inbox' | 'outbox'>;
  agentFiles: Pick<AgentFiles, 'attach' | 'drop'>;
  /** @throws {MessageError} `local-agent.unknown` */
  requireAgent(name: string): unknown;
  /** @throws {PeerError} `peer.unknown`, `peer.uncompared` */
  requireCompared(peerId: PeerId): void;
  foreign: Readonly<{
    has(peerId: PeerId): boolean;
    /** @throws {MessageError} `message.too-large`, `message.relay-reads` */
    requireTold(message: OwnMessage): void;
  }>;
}>;

/** Sends messages of the agents of this device, after all that can be checked here: who writes to whom, what it answers, and its files. One per agent. */
export class MessageSender {
  readonly #options: MessageSenderOptions;

  constructor(options: MessageSenderOptions) {
    this.#options = options;
  }

  /**
   * Queues a message; resolves when it is on the disk. Called once the boxes were read.
   * @throws {MessageError} `local-agent.unknown`, `message.json`, `message.unknown`, `message.no-files`, `message.key` if another message has its key; errors
   * of the options, of `AgentFiles.attach` and of `MessageService.send`
   */
  async send(message: OwnMessage): Promise<OutboxEntry> {
    const { foreign, ownId, requireAgent, requireCompared, service } = this.#options;
    const { from, to, body, media, thread, replyTo, life = MESSAGE_LIFE, key } = message;
    requireAgent(from);
    const isForeign = foreign.has(to.device);
    if (isForeign) foreign.requireTold(message);
    else if (to.device !== ownId) requireCompared(to.device);
    if (media === 'application/json') requireJson(body);
    const answered = this.#answered(replyTo);
    const files = await this.#attach(message, isForeign);
    const entry = await this.#queue({
      from,
      to,
      body,
      media,
      files,
      thread: thread ?? answered?.thread,
      replyTo,
      life,
      // A program that answers a message does so without a person. One that names none may be a person's: `LoopGuard` decides if it counts.
      auto: replyTo !== undefined && from !== PERSON,
      hops: answered === undefined || from === PERSON ? 0 : hopsTo(to, answered),
      idempotencyKey: key,
      isForeign,
    });
    // Its caller must not take another message for its own, which would never be sent.
    if (key !== undefined && !isSameMessage(entry, await service.outbox.read(entry), message, answered?.thread))
      throw new MessageError('message.key', 'another message was sent with this key', { details: { id: entry.id } });
    return entry;
  }

  /** Returns the message in the inbox that a message answers; undefined if it answers none, or one that was sent here. @throws {MessageError} `message.unknown` */
  #answered(replyTo: string | undefined): InboxEntry | undefined {
    const { inbox, outbox } = this.#options.service;
    if (replyTo === undefined) return undefined;
    const answered = inbox.get(replyTo);
    if (answered === undefined && outbox.get(replyTo) === undefined)
      throw new MessageError('message.unknown', 'the message that it answers is not known', {
        details: { id: replyTo },
      });
    return answered;
  }

  /** Queues the files of a message, unless it was sent before with the same key. */
  async #attach({ from, to, key, files }: OwnMessage, isForeign: boolean): Promise<readonly MessageFile[]> {
    const { agentFiles, ownId, service } = this.#options;
    if (files === undefined || (key !== undefined && service.outbox.byKey(from, key) !== undefined)) return [];
    if (isForeign || to.device === ownId)
      throw new MessageError('message.no-files', 'only messages to other machines have files');
    return await agentFiles.attach(from, to.device, files, key);
  }

  /** Queues a message; its files go nowhere without it. */
  async #queue(message: NewMessage): Promise<OutboxEntry> {
    const { agentFiles, service } = this.#options;
    try {
      return await service.send(message);
    } catch (error) {
      await agentFiles.drop({ files: message.files ?? [] });
      throw error;
    }
  }
}

/** Returns the number of agents through which a message to this agent has passed: an answer goes back, to another agent it goes on. */
function hopsTo({ device, agent }: AgentAddress, { from, hops }: InboxEntry): number {
  return from.device === device && from.agent === agent ? hops : hops + 1;
}

function requireJson(body: string): void {
  try {
    JSON.parse(body);
  } catch (error) {
    throw new MessageError('message.json', 'the body is not JSON', { cause: error });
  }
}
