import {
  A2aError,
  isTerminal,
  type A2aArtifact,
  type A2aEvent,
  type A2aMessage,
  type A2aTask,
  type ListTasksRequest,
  type SendMessageRequest,
  type TaskState,
} from '#shared/a2a/index.ts';
import { toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Clock } from '#shared/clock.ts';
import { MESSAGE_API_LIMITS } from '#shared/message-api/index.ts';
import { FILES_TIME, threadId, type AgentAddress, type MessageState } from '#shared/messages/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import type { AgentFiles } from '../agents/agent-files.ts';
import { retryOf } from '../api/api-views.ts';
import type { AgentBoxes, AgentMessages } from '../api/agent-messages.ts';
import type { Holder } from '../api/hand-out-queue.ts';
import type { InboxEntry } from '../inbox/inbox.ts';
import { isAnswerTo } from '../inbox/visibility.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';
import { fileFacts, readParts, showParts } from './a2a-parts.ts';

/** Beginning of the idempotency key of a message that came by A2A; the rest is its `messageId`. */
const KEY = 'a2a:';
/** Longest `messageId` that a key has room for; of a longer one it has the hash. */
const LONGEST_ID = 120;
/** Tasks of one page unless another number is asked for. */
const PAGE = 50;

/** States of tasks by those of their messages, as long as there is no answer. */
const STATES: Readonly<Record<MessageState, TaskState>> = {
  queued: 'TASK_STATE_SUBMITTED',
  sent: 'TASK_STATE_SUBMITTED',
  stored: 'TASK_STATE_SUBMITTED',
  taken: 'TASK_STATE_WORKING',
  read: 'TASK_STATE_WORKING',
  refused: 'TASK_STATE_REJECTED',
  expired: 'TASK_STATE_FAILED',
  cancelled: 'TASK_STATE_CANCELED',
  lost: 'TASK_STATE_FAILED',
};

/** Agent that calls, and the one that it calls. */
export type A2aCall = Readonly<{ agent: string; to: AgentAddress; holder: Holder; signal: AbortSignal }>;

type TasksOptions = Readonly<{
  boxes: AgentBoxes;
  messages: AgentMessages;
  crypto: Pick<CryptoBackend, 'sha256'>;
  clock: Clock;
  agentFiles: Pick<AgentFiles, 'filesOf' | 'untilArrived'>;
}>;
type Shown = Readonly<{ historyLength?: number | null | undefined; isWithArtifacts?: boolean }>;

/**
 * Messages as tasks of A2A: a message that an agent sends is a task of the agent that it goes to, and the answer is the task's artifact. Nothing is kept
 * besides the boxes, so that tasks survive a restart as messages do.
 */
export class A2aTasks {
  readonly #options: TasksOptions;

  constructor(options: TasksOptions) {
    this.#options = options;
  }

  /**
   * Sends a message. Unless the caller wants to return at once, waits for the answer, at most 10 min.
   * @throws {A2aError}; errors of `AgentMessages.send`
   */
  async send(call: A2aCall, request: SendMessageRequest): Promise<A2aTask> {
    const entry = await this.begin(call, request);
    const { historyLength, returnImmediately } = request.configuration ?? {};
    if (returnImmediately !== true) await this.#ended(entry, call);
    return await this.#show(entry, { historyLength });
  }

  /** Queues a message. @throws {A2aError}; errors of `AgentMessages.send` */
  async begin({ agent, to }: A2aCall, { message, configuration }: SendMessageRequest): Promise<OutboxEntry> {
    const { messageId, parts } = message;
    const contextId = message.contextId ?? '';
    const taskId = message.taskId ?? '';
    if ((configuration?.taskPushNotificationConfig ?? null) !== null)
      throw new A2aError('PUSH_NOTIFICATION_NOT_SUPPORTED', 'there are no push notifications');
    if (taskId !== '') {
      this.find({ agent, to }, taskId);
      throw new A2aError('UNSUPPORTED_OPERATION', 'a task takes one message: go on with its contextId');
    }
    if (contextId !== '' && !safeParse(threadId, contextId).success)
      throw new A2aError('INVALID_PARAMS', 'contextId: at most 64 letters, digits and . _ : -');
    const { media, body, files } = readParts(parts);
    return await this.#options.messages.send({
      from: agent,
      to,
      media,
      body,
      files: files.length === 0 ? undefined : { files, ofAgent: true },
      thread: contextId === '' ? undefined : contextId,
      key: this.#keyOf(messageId),
    });
  }

  /** Returns the message of a task of this pair of agents. @throws {A2aError} `TASK_NOT_FOUND` */
  find({ agent, to }: Pick<A2aCall, 'agent' | 'to'>, id: string): OutboxEntry {
    const entry = this.#options.boxes.outbox.get(id);
    if (entry === undefined || !isTaskOf(entry, agent, to)) throw new A2aError('TASK_NOT_FOUND', 'no such task');
    return entry;
  }

  /** Returns a task. @throws {A2aError} `TASK_NOT_FOUND` */
  async get(call: A2aCall, id: string, historyLength: number | null | undefined): Promise<A2aTask> {
    return await this.#show(this.find(call, id), { historyLength });
  }

  /** Lists tasks, those that changed last first. @throws {A2aError} `INVALID_PARAMS` for an unknown page */
  async list({ agent, to }: A2aCall, request: ListTasksRequest): Promise<Readonly<Record<string, unknown>>> {
    const { historyLength } = request;
    const contextId = request.contextId ?? '';
    const status = request.status ?? 'TASK_STATE_UNSPECIFIED';
    const pageSize = request.pageSize ?? PAGE;
    const pageToken = request.pageToken ?? '';
    const after = Date.parse(request.statusTimestampAfter ?? new Date(0).toISOString());
    const answers = this.#answers(agent);
    const found = this.#options.boxes.outbox
      .list()
      .filter((entry) => isTaskOf(entry, agent, to))
      .map((entry) => ({ entry, ...statusOf(entry, answers.get(entry.id)) }))
      .filter(
        (task) =>
          (contextId === '' || task.entry.thread === contextId) &&
          (status === 'TASK_STATE_UNSPECIFIED' || task.state === status) &&
          task.at > after,
      )
      .toSorted((one, other) => other.at - one.at || (one.entry.id < other.entry.id ? -1 : 1));
    const begin = pageToken === '' ? 0 : found.findIndex(({ entry }) => entry.id === pageToken) + 1;
    if (pageToken !== '' && begin === 0) throw new A2aError('INVALID_PARAMS', 'pageToken: no such page');
    const page = found.slice(begin, begin + pageSize);
    const shown = { historyLength, isWithArtifacts: request.includeArtifacts === true };
    return {
      tasks: await Promise.all(page.map(({ entry }) => this.#show(entry, shown))),
      nextPageToken: begin + page.length < found.length ? (page.at(-1)?.entry.id ?? '') : '',
      pageSize,
      totalSize: found.length,
    };
  }

  /** Takes a message back. @throws {A2aError} `TASK_NOT_FOUND`; {MessageApiError} `message.delivered` */
  async cancel(call: A2aCall, id: string): Promise<A2aTask> {
    const entry = this.find(call, id);
    await this.#options.messages.cancel(call.agent, entry.id, call.signal);
    return await this.#show(entry, {});
  }

  /** Streams a task until it has ended: the task, then changes of its state, and the answer. @throws {A2aError} `TASK_NOT_FOUND` once it was removed */
  async *events(entry: OutboxEntry, call: A2aCall): AsyncGenerator<A2aEvent> {
    const { boxes } = this.#options;
    let wake = Promise.withResolvers<void>();
    const off = boxes.changes.on((change) => {
      if (change.entry.id === entry.id || change.entry.replyTo === entry.id) wake.resolve();
    });
    call.signal.addEventListener('abort', () => wake.resolve(), { once: true });
    try {
      const first = await this.#show(entry, {});
      yield { task: first };
      let { state } = first.status;
      const about = { taskId: entry.id, contextId: entry.thread };
      while (!isTerminal(state) && !call.signal.aborted) {
        this.find({ agent: entry.from, to: entry.to }, entry.id);
        const answer = this.#answerTo(entry);
        const now = statusOf(entry, answer);
        if (now.state === state) {
          await wake.promise;
          wake = Promise.withResolvers<void>();
          continue;
        }
        await this.#untilArrived(answer, call.signal);
        ({ state } = now);
        if (answer !== undefined)
          yield { artifactUpdate: { ...about, artifact: await this.#artifact(answer), lastChunk: true } };
        yield { statusUpdate: { ...about, status: { state, timestamp: timestamp(now.at) } } };
      }
    } finally {
      off();
    }
  }

  /** Notes that an answer has reached the program that asked. Its sender is told that it was read. */
  async delivered({ artifactId }: A2aArtifact): Promise<void> {
    await this.#options.boxes.settle(artifactId, 'read');
  }

  async #ended(entry: OutboxEntry, { holder, signal }: A2aCall): Promise<void> {
    const hasEnded = ({ state }: OutboxEntry): boolean => isTerminal(STATES[state]);
    const patience = MESSAGE_API_LIMITS.longestTimeout * 1000;
    await this.#options.messages.reply(entry, holder, hasEnded, patience, signal);
    await this.#untilArrived(this.#answerTo(entry), signal);
  }

  /** Gives the files of an answer time to arrive. Those that come later are in the task whenever it is fetched again. */
  async #untilArrived(answer: InboxEntry | undefined, signal: AbortSignal): Promise<void> {
    const { agentFiles, clock } = this.#options;
    if (answer !== undefined) await agentFiles.untilArrived(answer, answer.from.device, FILES_TIME, clock, signal);
  }

  async #show(entry: OutboxEntry, { historyLength, isWithArtifacts = true }: Shown): Promise<A2aTask> {
    const answer = this.#answerTo(entry);
    const { state, at } = statusOf(entry, answer);
    const { id, thread } = entry;
    return {
      id,
      contextId: thread,
      status: { state, timestamp: timestamp(at) },
      ...(answer === undefined || !isWithArtifacts ? {} : { artifacts: [await this.#artifact(answer)] }),
      ...(historyLength === 0 ? {} : { history: [await this.#history(entry)] }),
      metadata: { state: entry.state, ...(entry.code === undefined ? {} : { code: entry.code }), ...retryOf(entry) },
    };
  }

  async #history(entry: OutboxEntry): Promise<A2aMessage> {
    const { id, thread, idempotencyKey } = entry;
    const { body } = await this.#options.boxes.outbox.read(entry);
    const facts = fileFacts(this.#options.agentFiles.filesOf(entry, entry.to.device, 'out'));
    const messageId = idempotencyKey?.startsWith(KEY) === true ? idempotencyKey.slice(KEY.length) : id;
    const parts = showParts(entry.media, body, []);
    return {
      messageId,
      contextId: thread,
      taskId: id,
      role: 'ROLE_USER',
      parts,
      ...(facts.files === undefined ? {} : { metadata: facts }),
    };
  }

  async #artifact(answer: InboxEntry): Promise<A2aArtifact> {
    const { body } = await this.#options.boxes.inbox.read(answer.id);
    const files = this.#options.agentFiles.filesOf(answer, answer.from.device, 'in');
    // Who wrote it, and how that is known, is part of every delivery.
    const origin = { from: `${answer.from.device}/${answer.from.agent}`, verified: 'device', auto: answer.auto };
    return {
      artifactId: answer.id,
      parts: showParts(answer.media, body, files),
      metadata: { ...origin, ...fileFacts(files) },
    };
  }

  #answerTo(entry: OutboxEntry): InboxEntry | undefined {
    return this.#options.boxes.inbox.list().find((arrived) => isAnswerTo(entry, arrived));
  }

  /** Returns the first answer to each message of an agent, by the agent that was asked. None of them waits for a person. */
  #answers(agent: string): ReadonlyMap<string, InboxEntry> {
    const answers = new Map<string, InboxEntry>();
    const { boxes } = this.#options;
    for (const arrived of boxes.inbox.list()) {
      if (arrived.replyTo === undefined || arrived.agent !== agent || answers.has(arrived.replyTo)) continue;
      const asked = boxes.outbox.get(arrived.replyTo);
      if (asked !== undefined && isAnswerTo(asked, arrived)) answers.set(asked.id, arrived);
    }
    return answers;
  }

  #keyOf(messageId: string): string {
    return messageId.length <= LONGEST_ID && /^[\x21-\x7e]+$/.test(messageId)
      ? `${KEY}${messageId}`
      : `${KEY}${toHex(this.#options.crypto.sha256(toUtf8(messageId)))}`;
  }
}

function isTaskOf({ from, to }: OutboxEntry, agent: string, other: AgentAddress): boolean {
  return from === agent && to.device === other.device && to.agent === other.agent;
}

function statusOf(entry: OutboxEntry, answer: InboxEntry | undefined): Readonly<{ state: TaskState; at: number }> {
  return answer === undefined
    ? { state: STATES[entry.state], at: entry.since }
    : { state: 'TASK_STATE_COMPLETED', at: answer.arrivedAt };
}

function timestamp(time: number): string {
  return new Date(time).toISOString();
}
