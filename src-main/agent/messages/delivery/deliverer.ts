import type { AgentMessage } from '#shared/messages/index.ts';
import type { DelivererRecord } from '../agents/agent-book.ts';
import type { InboxEntry } from '../inbox/inbox.ts';

/** Message on its way to the program behind an agent. */
export type Delivery = Readonly<{
  entry: InboxEntry;
  message: AgentMessage;
  /** True if the program has taken it before: only its answer is fetched. */
  wasTaken: boolean;
  /** True if it was tried before, since this device's agent runs. */
  isRepeated: boolean;
}>;

/** Way to the program behind an agent. */
export interface Deliverer<Kind extends DelivererRecord['kind']> {
  /**
   * Hands a message over and waits for the answer.
   * @param onTaken called when the program has the message, if the answer comes later
   * @returns text to reply with; undefined for none
   * @throws {ClawReachError} the reason why it couldn't be handed over, or why no answer came; the signal's reason
   */
  deliver(
    record: Extract<DelivererRecord, { kind: Kind }>,
    delivery: Delivery,
    onTaken: () => void,
    signal: AbortSignal,
  ): Promise<string | undefined>;
}

/** Ways of an agent's messages to programs. */
export type Deliverers = Readonly<{ [Kind in DelivererRecord['kind']]: Deliverer<Kind> }>;

/** Calls the deliverer of the record's kind. */
export async function deliverBy(
  deliverers: Deliverers,
  record: DelivererRecord,
  delivery: Delivery,
  onTaken: () => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  return record.kind === 'openclaw'
    ? await deliverers.openclaw.deliver(record, delivery, onTaken, signal)
    : await deliverers.webhook.deliver(record, delivery, onTaken, signal);
}
