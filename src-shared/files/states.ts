/**
 * States of a transfer, the same at both ends. `waiting`: for the peer, for an answer, or for its turn. `preparing`: the sender lists what it will send.
 * `running` and `paused` change into each other; `reconnecting`: the peer can't be reached, the transfer goes on by itself. The others are final, except
 * that a person at the sender may start a transfer again that was `refused` or has `failed`. `partly`: some files are missing.
 */
export const TRANSFER_STATES = [
  'waiting',
  'preparing',
  'running',
  'paused',
  'reconnecting',
  'done',
  'partly',
  'failed',
  'cancelled',
  'refused',
] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

const OVER: ReadonlySet<TransferState> = new Set(['done', 'partly', 'failed', 'cancelled', 'refused']);
const AGAIN: ReadonlySet<TransferState> = new Set(['failed', 'refused']);

/** Reports whether a transfer stays in this state unless a person starts it again. */
export function isOver(state: TransferState): boolean {
  return OVER.has(state);
}

/** Reports whether a person at the sender may start a transfer in this state again. A cancelled one never starts again. */
export function mayStartAgain(state: TransferState): boolean {
  return AGAIN.has(state);
}
