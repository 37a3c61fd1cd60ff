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

/** Views of messages for user interfaces. */
export class MessageViews {
  readonly #options: MessageViewsOptions;

  constructor(options: MessageViewsOptions) {
    this.#options = options;
  }

  /** @param body whole body; undefined: only its beginning is shown */
  sent(entry: OutboxEntry, body?: string): MessageView {
    const { id, to, from, thread, replyTo, media, preview, isCut, time, expires, auto, state, since, code } = entry;
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
      body: body ?? preview,
      isCut: body === undefined && isCut,
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
      body: body ?? preview,
      isCut: body === undefined && isCut,
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
