import { approvals } from './approvals.ts';
import { invoke } from './invoke.ts';
import { pairing } from './pairing.ts';
import type { Conversation } from './place.ts';
import { prompt } from './prompt.ts';
import { refusals } from './refusals.ts';
import { setup } from './setup.ts';
import { terminal } from './terminal.ts';
import { restart, tokens } from './tokens.ts';

export { differences, normal } from './normal.ts';
export { placeOf, type Conversation, type Note, type Place } from './place.ts';

/** Held one after the other with the same gateway; the restart comes last. */
export const CONVERSATIONS: Readonly<Record<string, Conversation>> = {
  refusals,
  pairing,
  invoke,
  approvals,
  terminal,
  tokens,
  setup,
  prompt,
  restart,
};
