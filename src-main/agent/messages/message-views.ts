import type { MessageView } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { isUnconfirmed } from '#shared/messages/index.ts';
import type { InboxEntry } from './inbox/inbox.ts';
import type { OutboxEntry } from './outbox/outbox.ts';
import type { DeliveryProblem } from './outbox/peer-delivery.ts';

type MessageViewsOptions = Readonly<{
  nameOf(peerId: PeerId): string | undefined;
  problemOf(peerId: PeerId): DeliveryProblem | undefined;
}>;

/** Most bytes of a body in an answer, as JSON: an answer has 1 MiB. Only text of which nearly every character is escaped is longer. */
const LONGEST_BODY = 900_000;

/** Returns the body, or its beginning if it would not fit into an answer. */
function fitting(body: string): string {
  return JSON.stringify(body).length <= LONGEST_BODY ? body : body.slice(0, LONGEST_BODY / 6);
}

/** Views of messages for user interfaces. */
export class MessageViews {
  readonly #options: MessageViewsOptions;

  constructor(options: MessageViewsOptions) {
    this.#options = options;
  }

  /** @param body whole body; undefined: only its beginning is shown */
  sent(entry: OutboxEntry, body?: string): MessageView {
    const { id, to, from, thread, replyTo, media, preview, isCut, time, expires, auto, state, since, code } = entry;
    const shown = body === undefined ? preview : fitting(body);
    const problem = isUnconfirmed(state) ? this.#options.problemOf(to.device) : undefined;
    return {
      id,
      direction: 'out',
      peerId: to.device,
      peerName: this.#options.nameOf(to.device) ?? null,
      agent: from,
      other: to.agent,
      thread,
      replyTo: replyTo ?? null,
      media,
      body: shown,
      isCut: body === undefined ? isCut : shown.length < body.length,
      time,
      expires,
      auto,
      verified: 'device',
      state,
      since,
      code: code ?? null,
      waitsFor: entry.waiting ? 'approval' : (problem ?? null),
    };
  }

  /** @param body whole body; undefined: only its beginning is shown */
  received(entry: InboxEntry, body?: string): MessageView {
    const { id, from, agent, thread, replyTo, media, preview, isCut, time, expires, auto, state, since, held } = entry;
    const shown = body === undefined ? preview : fitting(body);
    return {
      id,
      direction: 'in',
      peerId: from.device,
      peerName: this.#options.nameOf(from.device) ?? null,
      agent,
      other: from.agent,
      thread,
      replyTo: replyTo ?? null,
      media,
      body: shown,
      isCut: body === undefined ? isCut : shown.length < body.length,
      time,
      expires,
      auto,
      verified: 'device',
      state,
      since,
      code: null,
      waitsFor: held ?? null,
    };
  }
}
