export {
  AgentLink,
  type AgentLinkOptions,
  type FilesHandler,
  type Handler,
  type SendOptions,
  type Sent,
} from './agent-link.ts';
export type { Message, MessageFile, MessageState, Peer } from './answers.ts';
export { AgentLinkError, ApiError, SendError, TokenFileError, UnreachableError } from './errors.ts';
