import type { MessageView } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { isUnconfirmed, type AgentAddress } from '#shared/messages/index.ts';
import type { AgentFiles } from './agents/agent-files.ts';
import type { BoxEntry } from './box-entry.ts';
import { isOver, waitsForPerson } from './inbox/visibility.ts';
import type { InboxEntry } from './inbox/inbox.ts';
import type { OutboxEntry } from './outbox/outbox-entry.ts';
import type { DeliveryProblem } from './outbox/peer-delivery.ts';

type MessageViewsOptions = Readonly<{
  now(): number;
  nameOf(peerId: PeerId): string | undefined;
  problemOf(peerId: PeerId): DeliveryProblem | undefined;
  /** Returns why a message that came in isn't delivered to its agent's program; undefined: no reason is known. */
  deliveryProblemOf(entry: InboxEntry): string | undefined;
  /** Returns the files of a message with their states. */
  filesOf: AgentFiles['filesOf'];
  /** Reports whether a message to an agent of this device waits for a person. */
  isHeldHere(entry: OutboxEntry): boolean;
}>;

/** Most bytes of a body in an answer, as JSON: an answer has 1 MiB. Only text of which nearly every character is escaped is longer. */
const LONGEST_BODY = 900_000;

/** Returns the text, or its beginning if it would not fit into an answer. Never ends within a character. */
function fitting(text: string): string {
  if (JSON.stringify(text).length <= LONGEST_BODY) return text;
  const end = LONGEST_BODY / 6;
  return text.slice(0, text.slice(0, end).isWellFormed() ? end : end - 1);
}

/** Views of messages for user interfaces. */
export class MessageViews {
  readonly #options: MessageViewsOptions;

  constructor(options: MessageViewsOptions) {
    this.#options = options;
  }

  /**
   * @param body whole body, of which is shown what an answer has room for; undefined: only its beginning is
   * @param start position from which it is shown
   */
  sent(entry: OutboxEntry, body?: string, start = 0): MessageView {
    const { to, from, state, since, code, retryAt, pair, isForeign } = entry;
    const isAsked = isUnconfirmed(state) && pair.isAsked;
    const problem = isUnconfirmed(state) ? this.#options.problemOf(to.device) : undefined;
    return {
      ...this.#common(entry, to, { body, from: start }, isForeign),
      files: [...this.#options.filesOf(entry, to.device, 'out')],
      direction: 'out',
      agent: from,
      state,
      since,
      code: code ?? null,
      ...(retryAt === undefined ? {} : { retryAt }),
      waitsFor: isAsked ? 'approval' : this.#options.isHeldHere(entry) ? 'loop' : (problem ?? null),
    };
  }

  /**
   * @param body whole body, of which is shown what an answer has room for; undefined: only its beginning is
   * @param start position from which it is shown
   */
  received(entry: InboxEntry, body?: string, start = 0): MessageView {
    const { from, agent, held, foreign, undecided } = entry;
    const isDeclined = held === undefined && waitsForPerson(entry);
    const refusal = isDeclined ? (undecided ?? 'rights.declined') : null;
    // The disk may say so a moment later.
    const over = isOver(entry, this.#options.now());
    const [state, since] = over ? (['expired', entry.expires] as const) : [entry.state, entry.since];
    return {
      ...this.#common(entry, from, { body, from: start }, foreign !== undefined),
      files: [...this.#options.filesOf(entry, from.device, 'in')],
      direction: 'in',
      agent,
      state,
      since,
      code: refusal ?? this.#options.deliveryProblemOf(entry) ?? null,
      waitsFor: held ?? null,
      // A message that is held waits for a person as well; user interfaces name that reason.
      ...(isDeclined ? { isDeclined: true as const } : {}),
    };
  }

  /** Returns what the views of both directions have. @param other the agent at the other device */
  #common(
    entry: BoxEntry,
    other: AgentAddress,
    { body, from }: Readonly<{ body: string | undefined; from: number }>,
    isForeign: boolean,
  ) {
    const { id, thread, replyTo, media, preview, isCut, time, expires, auto } = entry;
    const shown = body === undefined ? preview : fitting(body.slice(from));
    return {
      id,
      peerId: other.device,
      peerName: this.#options.nameOf(other.device) ?? null,
      other: other.agent,
      thread,
      replyTo: replyTo ?? null,
      media,
      body: shown,
      isCut: body === undefined ? isCut : from + shown.length < body.length,
      time,
      expires,
      auto,
      verified: isForeign ? ('relay' as const) : ('device' as const),
    };
  }
}
