export { RELAY_LIMITS, type RelayLimits } from './limits.ts';
export {
  agentMessage,
  relayMessage,
  type AgentMessage,
  type RelayMessage,
  type RefuseReason,
  type RelayErrorCode,
} from './messages.ts';
export { decodeEarlyData, encodeEarlyData, EARLY_DATA_MAX } from './early-data.ts';
export { admissionProof, helloTranscript, welcomeTranscript, type HelloFacts } from './transcripts.ts';
export { LINK_READY, LINK_TICKET_BYTES, LINK_UPGRADE_PROTOCOL, RELAY_PATHS } from './data-connection.ts';
export { relayKeyId } from './key-id.ts';
