import type { PeerId } from '#shared/identity/index.ts';
import type { ApiMessage, ApiTransfer, FilesChange, StateChange } from '#shared/message-api/index.ts';
import { MOST_MISSING } from '#shared/message-api/index.ts';
import { addressText, type AgentAddress } from '#shared/messages/index.ts';
import type { AgentTransfer } from '../../core/agent-transfers.ts';
import type { AgentFiles } from '../agents/agent-files.ts';
import type { BoxEntry } from '../box-entry.ts';
import type { InboxEntry } from '../inbox/inbox.ts';
import type { MessageViews } from '../message-views.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';

type ApiViewsOptions = Readonly<{
  ownId: PeerId;
  views: Pick<MessageViews, 'sent' | 'received'>;
  /** Returns the files of a message with their states. */
  filesOf: AgentFiles['filesOf'];
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
      files: [...this.#options.filesOf(entry, entry.from.device, 'in')],
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
      files: [...this.#options.filesOf(entry, entry.to.device, 'out')],
      direction: 'out',
      state: entry.state,
      since: entry.since,
      code: entry.code ?? null,
      ...retryOf(entry),
      waits_for: this.#options.views.sent(entry, '').waitsFor,
      redelivered: false,
    };
  }

  /** Returns the files of a message that came in, or was sent. */
  filesOf({ id, ...entry }: InboxEntry | OutboxEntry, direction: 'in' | 'out', peerId: PeerId): FilesChange {
    return { id, direction, files: [...this.#options.filesOf(entry, peerId, direction)] };
  }

  stateOf(entry: OutboxEntry): StateChange {
    const { id, state, since, code } = entry;
    return { id, state, since, code: code ?? null, ...retryOf(entry) };
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

/** Returns the time that goes with the code `rights.declined`. */
export function retryOf({ retryAt }: Pick<OutboxEntry, 'retryAt'>): Readonly<{ retry_at?: number }> {
  return retryAt === undefined ? {} : { retry_at: retryAt };
}

/** Returns the view of a transfer for programs. Pure. */
export function apiTransfer({ transfer, failures }: AgentTransfer, addressOf: (peerId: PeerId) => string): ApiTransfer {
  const { id, peerId, names, top, state, since, code, waitsFor, files, bytes, leftOut, failed, renamed } = transfer;
  return {
    id,
    to: addressOf(peerId as PeerId),
    to_id: peerId,
    names,
    count: top,
    state,
    since,
    code,
    waits_for: waitsFor,
    files,
    bytes,
    left_out: leftOut,
    failed,
    missing: failures.slice(0, MOST_MISSING).map(({ path, code: why }) => ({ path, code: why })),
    renamed,
  };
}
