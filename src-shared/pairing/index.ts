export { createCodeSecret, createNameplate, deriveCodeMailbox, formatCode, parseCode } from './codes.ts';
export {
  decodeDeposit,
  decodeDirectClaim,
  encodeDeposit,
  encodeDirectClaim,
  isDirectClaim,
  type DirectClaim,
} from './direct-claim.ts';
export { isHello } from './messages.ts';
export { createPairingLink, deriveLink, MOST_LINK_ADDRESSES, parsePairingLink, type PairingLink } from './links.ts';
export { createAddLink, isAddLink, parseAddLink, type AddLink } from './add-link.ts';
export { PairingError } from './errors.ts';
export { PairingSecret, SpentCodes } from './secret.ts';
export { pairingWords, type PairingWords } from './words.ts';
export type { Mailbox } from './mailbox.ts';
export { BY_HAND_ROUNDS, byHandMailboxes, deriveByHand } from './by-hand.ts';
export type {
  BrowserMark,
  Candidate,
  InviteMethod,
  InviteOptions,
  JoinMethod,
  JoinOptions,
  PairingContext,
  PairingOutcome,
  RelayOffer,
} from './types.ts';
export { invite } from './invite.ts';
export { join } from './join.ts';
