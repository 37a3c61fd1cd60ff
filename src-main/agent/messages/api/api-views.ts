import type { PeerId } from '#shared/identity/index.ts';
import type { ApiMessage, StateChange } from '#shared/message-api/index.ts';
import { addressText, type AgentAddress } from '#shared/messages/index.ts';
import type { BoxEntry } from '../box-entry.ts';
import type { InboxEntry } from '../inbox/inbox.ts';
import type { MessageViews } from '../message-views.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';

type ApiViewsOptions = Readonly<{
  ownId: PeerId;
  views: Pick<MessageViews, 'sent' | 'received'>;
  /** Returns what the address of a device or program begins with here. */
  addressOf(peerId: PeerId): string;
}>;

/** Views of messages for programs. */
export class ApiViews {
  readonly #options: ApiViewsOptions;

  constructor(options: ApiViewsOptions) {
    this.#options = options;
  }

  received(entry: InboxEntry, body: string, redelivered: boolean): ApiMessage {
    const to = { device: this.#options.ownId, agent: entry.agent };
    return {
      ...this.#common(entry, body, entry.from, to, entry.foreign !== undefined),
      direction: 'in',
      state: entry.state,
      since: entry.since,
      code: null,
      waits_for: null,
      redelivered,
    };
  }

  sent(entry: OutboxEntry, body: string): ApiMessage {
    const from = { device: this.#options.ownId, agent: entry.from };
    return {
      ...this.#common(entry, body, from, entry.to, entry.isForeign),
      direction: 'out',
      state: entry.state,
      since: entry.since,
      code: entry.code ?? null,
      waits_for: this.#options.views.sent(entry, '').waitsFor,
      redelivered: false,
    };
  }

  stateOf({ id, state, since, code }: OutboxEntry): StateChange {
    return { id, state, since, code: code ?? null };
  }

  #common(
    { id, thread, replyTo, media, time, expires, auto }: BoxEntry,
    body: string,
    from: AgentAddress,
    to: AgentAddress,
    isForeign: boolean,
  ) {
    return {
      id,
      from: this.#nameOf(from),
      to: this.#nameOf(to),
      from_id: addressText(from),
      to_id: addressText(to),
      thread,
      reply_to: replyTo ?? null,
      media,
      body,
      time,
      expires,
      auto,
      verified: isForeign ? ('relay' as const) : ('device' as const),
    };
  }

  #nameOf({ device, agent }: AgentAddress): string {
    return `${this.#options.addressOf(device)}/${agent}`;
  }
}
