export { limitLines, repairBuffers } from './repair-buffers.ts';
export { TerminalError } from './errors.ts';
export type { TerminalErrorCode } from './errors.ts';
export { EXEC_PIPES, EXEC_SIGNALS, execParams, NO_TERMINAL, parseExecParams, parseExecReply } from './exec-params.ts';
export type { ExecParams, ExecPipe, ExecReply, ExecSignal } from './exec-params.ts';
export { encodeExecEnd, encodeExecSignal, ExecEndParser, ExecSignalParser } from './exec-messages.ts';
export {
  CATCH_UP_BYTES,
  DETACHED_LIFETIME,
  MAX_COLS,
  MAX_FOLDER_CHARACTERS,
  MAX_INPUT_BYTES,
  MAX_LISTING_BYTES,
  MAX_OUTPUT_BYTES,
  MAX_PROGRAM_CHARACTERS,
  MAX_ROWS,
  MAX_TITLE_CHARACTERS,
  PTY_RESET_CANCELLED,
  RESET_DETACH,
  RESET_HANG_UP,
  PTY_RESET_PROTOCOL,
} from './limits.ts';
export {
  cleanProgram,
  DIRECTORY,
  decodeListing,
  encodeListing,
  foregroundView,
  parseOpenedReply,
  parseTerminalParams,
  SHELL,
  terminalParams,
} from './params.ts';
export type { ForegroundView, OpenedReply, TerminalListing, TerminalParams } from './params.ts';
export {
  cleanTitle,
  encodeOutput,
  encodeTargetMessage,
  encodeViewerMessage,
  TargetMessageParser,
  ViewerMessageParser,
} from './messages.ts';
export type { TargetMessage, TerminalEnd, ViewerMessage } from './messages.ts';
export { GUEST_EVENTS, type GuestEvent, type GuestReport } from './guest-report.ts';
export type { SharedTerminal, TerminalState } from './state.ts';
export { decodeShared, encodeShared } from './state.ts';
export { encodeTerminalMessage, messageHeader, MessageSplitter } from './splitter.ts';
export type { MessageSink } from './splitter.ts';
