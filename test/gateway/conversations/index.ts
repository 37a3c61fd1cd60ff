import { approvals } from './approvals.ts';
import { invoke } from './invoke.ts';
import { pairing } from './pairing.ts';
import type { Conversation } from './place.ts';
import { refusals } from './refusals.ts';
import { terminal } from './terminal.ts';
import { restart, tokens } from './tokens.ts';

export { differences, normal } from './normal.ts';
export type { Conversation, Note, Place } from './place.ts';

/** Held one after the other with the same gateway; the restart comes last. */
export const CONVERSATIONS: Readonly<Record<string, Conversation>> = {
  refusals,
  pairing,
  invoke,
  approvals,
  terminal,
  tokens,
  restart,
};
