export { RELAY_LIMITS, type RelayLimits } from './limits.ts';
export {
  agentMessage,
  relayMessage,
  type AgentMessage,
  type RelayMessage,
  type MessageRefusal,
  type RefuseReason,
  type RelayErrorCode,
  type RelayRole,
} from './messages.ts';
export { decodeEarlyData, encodeEarlyData, EARLY_DATA_MAX } from './early-data.ts';
export {
  admissionProof,
  enrolTicketKey,
  enrolTicketProof,
  helloTranscript,
  othersTranscript,
  welcomeTranscript,
  type HelloFacts,
} from './transcripts.ts';
export { NAMES_MAILBOXES, RELAY_VERSIONS, versionOf } from './versions.ts';
export { LINK_READY, LINK_TICKET_BYTES, LINK_UPGRADE_PROTOCOL, RELAY_PATHS } from './data-connection.ts';
export { relayKeyId } from './key-id.ts';
