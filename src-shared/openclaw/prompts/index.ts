export { OpenClawError, openClawError, type OpenClawErrorCode } from './errors.ts';
export {
  HEARTBEAT_INTERVAL,
  MAX_ANSWER_CHARACTERS,
  MAX_LINE_BYTES,
  MAX_PROMPT_CHARACTERS,
  MAX_TOKEN_CHARACTERS,
  MAX_ENTRIES,
  RPC_RESET_CANCELLED,
  RPC_RESET_PROTOCOL,
} from './limits.ts';
export {
  parseFollowUp,
  parseReply,
  parseRequest,
  REMOTE_PARAMS,
  openClawFollowUp,
  remoteParams,
  openClawRequest,
  type HeartbeatMessage,
  type OpenClawFollowUp,
  type OpenClawReply,
  type OpenClawRequest,
} from './messages.ts';
export { isHarmlessMethod } from './methods.ts';
export { checkValues, fillParams, fillTemplate, fieldsIn, templateFields, type Values } from './template.ts';
