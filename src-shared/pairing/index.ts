export { createCodeSecret, formatCode, parseCode } from './codes.ts';
export { createPairingLink, deriveLink, parsePairingLink, type PairingLink } from './links.ts';
export { PairingError } from './errors.ts';
export { PairingSecret, SpentCodes } from './secret.ts';
export { pairingWords, type PairingWords } from './words.ts';
export type { Mailbox } from './mailbox.ts';
export { BY_HAND_ROUNDS, byHandMailboxes, deriveByHand } from './by-hand.ts';
export type {
  Candidate,
  InviteMethod,
  InviteOptions,
  JoinMethod,
  JoinOptions,
  PairingContext,
  PairingOutcome,
} from './types.ts';
export { invite } from './invite.ts';
export { join } from './join.ts';
