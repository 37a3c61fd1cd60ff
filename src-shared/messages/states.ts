/**
 * States of a message at its sender. `queued`: in the outbox only. `sent`: on its way, no receipt yet. `stored`: on the recipient's disk. `taken`: the
 * recipient's program has it. `read`: that program says that it has read it. The others are final: `refused` by the recipient, `expired` before it was
 * taken, `cancelled` by the sender, or `lost`: the recipient no longer knows it, or no one can say if it has it, since it sent no receipt.
 */
export const MESSAGE_STATES = [
  'queued',
  'sent',
  'stored',
  'taken',
  'read',
  'refused',
  'expired',
  'cancelled',
  'lost',
] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

const FINAL: ReadonlySet<MessageState> = new Set(['read', 'refused', 'expired', 'cancelled', 'lost']);
/** States in which the recipient has not answered for the message yet. */
const UNCONFIRMED: ReadonlySet<MessageState> = new Set(['queued', 'sent']);

/** Reports whether a message stays in this state. */
export function isFinal(state: MessageState): boolean {
  return FINAL.has(state);
}

/** Reports whether a message has ended in this state without having been read: no answer to it will come. */
export function hasEnded(state: MessageState): boolean {
  return isFinal(state) && state !== 'read';
}

/** Reports whether the recipient has not answered for a message in this state. */
export function isUnconfirmed(state: MessageState): boolean {
  return UNCONFIRMED.has(state);
}
