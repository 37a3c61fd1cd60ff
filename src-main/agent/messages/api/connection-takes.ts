import type { AppConnection, CallInput } from '#shared/app-api/index.ts';
import { hasEnded } from '#shared/messages/index.ts';
import { MessageError } from '../errors.ts';
import type { AgentMessages } from './agent-messages.ts';
import type { Holder } from './hand-out-queue.ts';

/** Most bytes of messages that one call hands out; the first message is handed out whatever its length. */
const MOST_BYTES = 200_000;

/** Message that was handed out. `again`: it was before. */
export type Taken = Readonly<{ id: string; again: boolean }>;

/**
 * Hands out messages to the programs behind agents that use the control socket, such as `clawreach mcp`, from the same queues as the local API: each to
 * one of them. What a program had when its connection ended comes again at once.
 */
export class ConnectionTakes {
  readonly #messages: AgentMessages;
  /** Calls whose messages aren't acknowledged, by connection. */
  readonly #holders = new Map<AppConnection, Map<Holder, string>>();

  constructor(messages: AgentMessages) {
    this.#messages = messages;
  }

  /**
   * Hands out messages of an agent, and waits for the first one; with `answerTo`, for the answer to a message that the agent has sent.
   * @param signal aborted when the caller no longer wants them
   * @throws {MessageError} `message.unavailable`; {MessageApiError} `message.unknown`; {StoreError} `store.write`
   */
  async take(
    { agent, limit, wait, has, answerTo }: CallInput<'messages.take'>,
    connection: AppConnection,
    signal: AbortSignal,
  ): Promise<readonly Taken[]> {
    if (!this.#messages.has(agent)) throw new MessageError('message.unavailable', 'the agent has no program');
    const holder: Holder = { isOver: false };
    const abort = (): void => void (holder.isOver = true);
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (answerTo !== undefined) {
        const asked = this.#messages.sent(agent, answerTo);
        const answer = await this.#messages.reply(asked, holder, ({ state }) => hasEnded(state), wait, signal);
        return answer === undefined ? [] : [{ id: answer.id, again: answer.redelivered }];
      }
      const had = new Set(has);
      const options = { most: limit, bytes: MOST_BYTES, isWanted: (id: string) => !had.has(id) };
      const handed = await this.#messages.handOutWithin(agent, holder, options, wait, signal);
      return handed.map(({ message: { id, redelivered } }) => ({ id, again: redelivered }));
    } finally {
      signal.removeEventListener('abort', abort);
      if (this.#messages.has(agent)) this.#keep(connection, holder, agent);
    }
  }

  /** Notes what a call has handed out, until its connection ends. */
  #keep(connection: AppConnection, holder: Holder, agent: string): void {
    if (holder.isOver || connection.closed.aborted) {
      this.#end(holder, agent);
      return;
    }
    let holders = this.#holders.get(connection);
    if (holders === undefined) {
      holders = new Map();
      this.#holders.set(connection, holders);
      connection.closed.addEventListener('abort', () => this.#closed(connection), { once: true });
    }
    holders.set(holder, agent);
    // Those whose messages were acknowledged are over.
    for (const [each, of] of holders)
      if (!this.#messages.has(of) || this.#messages.queueOf(of).heldBy(each) === 0) holders.delete(each);
  }

  #closed(connection: AppConnection): void {
    const holders = this.#holders.get(connection) ?? [];
    this.#holders.delete(connection);
    for (const [holder, agent] of holders) this.#end(holder, agent);
  }

  #end(holder: Holder, agent: string): void {
    holder.isOver = true;
    if (this.#messages.has(agent)) this.#messages.queueOf(agent).end(holder);
  }
}
