import { MOST_CONVERSATIONS, type ConversationView, type MessageView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { AgentAddress } from '#shared/messages/index.ts';
import { PERSON } from './agents/agent-book.ts';
import type { BoxEntry } from './box-entry.ts';
import { conversationsOf } from './conversations.ts';
import { MessageError } from './errors.ts';
import type { MessageService } from './message-service.ts';
import type { MessageViews } from './message-views.ts';

/** Choice of messages. `agent`: of this device; `device` and `other`: agent that it writes with. Undefined: whichever. */
export type MessageFilter = Readonly<{
  direction?: 'in' | 'out' | undefined;
  agent?: string | undefined;
  device?: PeerId | undefined;
  other?: string | undefined;
  thread?: string | undefined;
  replyTo?: string | undefined;
}>;

type MessageListOptions = Readonly<{
  ownId: PeerId;
  clock: Clock;
  service: Pick<MessageService, 'inbox' | 'outbox'>;
  views: MessageViews;
}>;

/** Messages of both boxes, as user interfaces list them. One per agent. */
export class MessageList {
  readonly #options: MessageListOptions;

  constructor(options: MessageListOptions) {
    this.#options = options;
  }

  /**
   * Returns a message in either box, with its body, as much of it as an answer has room for.
   * @param first box to look in first
   * @param from position from which the body is shown
   * @throws {MessageError} `message.unknown`
   */
  async view(id: string, first: 'in' | 'out' = 'in', from = 0): Promise<MessageView> {
    const { service, views } = this.#options;
    const received = service.inbox.get(id);
    const sent = service.outbox.get(id);
    if (received !== undefined && (first === 'in' || sent === undefined))
      return views.received(received, (await service.inbox.read(id)).body, from);
    if (sent === undefined) throw new MessageError('message.unknown', 'no such message', { details: { id } });
    return views.sent(sent, (await service.outbox.read(sent)).body, from);
  }

  /** Returns messages, newest first. @param before ID of the last one that the caller has; undefined: from the newest */
  page(filter: MessageFilter, before: string | undefined, limit: number): MessageView[] {
    const { service, views } = this.#options;
    const received = filter.direction === 'out' ? [] : service.inbox.list();
    const sent = filter.direction === 'in' ? [] : service.outbox.list();
    const listed = [
      ...received
        .filter((entry) => fits(filter, entry.agent, entry.from, entry))
        .map((entry) => ({ at: entry.arrivedAt, id: entry.id, view: () => views.received(entry) })),
      ...sent
        .filter((entry) => fits(filter, entry.from, entry.to, entry))
        .map((entry) => ({ at: entry.time, id: entry.id, view: () => views.sent(entry) })),
    ].toSorted((one, next) => next.at - one.at);
    const begin = before === undefined ? 0 : listed.findIndex(({ id }) => id === before) + 1;
    return listed.slice(begin, begin + limit).map(({ view }) => view());
  }

  /** Returns the pairs of agents that have written to each other, those with the newest messages first. */
  conversations(): ConversationView[] {
    const { clock, ownId, service, views } = this.#options;
    const found = conversationsOf(service.inbox.list(), service.outbox.list(), {
      now: clock.now(),
      ownId,
      person: PERSON,
      most: MOST_CONVERSATIONS,
    });
    return found.map(({ last, ...conversation }) => ({
      ...conversation,
      last: last.direction === 'in' ? views.received(last.entry) : views.sent(last.entry),
    }));
  }
}

/** @param own agent of this device @param far the one that it writes with */
function fits(
  { agent, device, other, thread, replyTo }: MessageFilter,
  own: string,
  far: AgentAddress,
  entry: BoxEntry,
): boolean {
  return (
    (agent === undefined || own === agent) &&
    (device === undefined || far.device === device) &&
    (other === undefined || far.agent === other) &&
    (thread === undefined || entry.thread === thread) &&
    (replyTo === undefined || entry.replyTo === replyTo)
  );
}
