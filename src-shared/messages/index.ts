export { AGENT_NAME, addressText, parseAddress, type AgentAddress } from './address.ts';
export { frameText } from './frame.ts';
export { INTAKES, isWebhook, MOST_WEBHOOK, OPENCLAW_AGENT, type Intake } from './intake.ts';
export * from './limits.ts';
export {
  agentMessage,
  encodeMessageLine,
  hasTooManyHops,
  isTooLarge,
  MESSAGE_ANSWER,
  MESSAGE_MEDIA,
  MESSAGE_PARAMS,
  messageAnswer,
  messageFile,
  messageId,
  messageMedia,
  messageParams,
  parseRecipientLine,
  parseSenderLine,
  partsOf,
  readUnfitMessage,
  RECEIPT_STATES,
  threadId,
  wireMedia,
  type AgentMessage,
  type MessageFile,
  type MessageMedia,
  type Receipt,
  type RecipientLine,
  type Resume,
  type SenderLine,
  type UnfitMessage,
} from './message.ts';
export { isCalled, programAddress, programName } from './program-address.ts';
export { signMessage, verifyMessage, type UnsignedMessage } from './signature.ts';
export { hasEnded, isFinal, isUnconfirmed, MESSAGE_STATES, type MessageState } from './states.ts';
