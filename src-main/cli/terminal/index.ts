export {
  attachTerminal,
  currentTerminalSize,
  noticeText,
  type AttachEnd,
  type AttachLoss,
  type AttachWatch,
  type WatchedTerminal,
  type AttachedChannel,
  type TerminalSize,
} from './attach.ts';
export { ReconnectLoop, MAX_RETRY_TIME, type ReconnectLoopOptions } from './reconnect-loop.ts';
export { EscapeParser, ESCAPE_HELP, type EscapeAction } from './escape.ts';
export { SanitizedScreen } from './sanitized-screen.ts';
export { LinkNotice, type LinkNoticeOptions } from './link-notice.ts';
export { ModeTracker } from './modes.ts';
export { RedrawnScreen } from './redrawn-screen.ts';
export { ScreenNotice } from './screen-notice.ts';
export { carryCommand, type CommandEnd } from './command.ts';
export { carryConnection, type ConnectionEnd } from './connection.ts';
export { playCast, type Cast } from './play.ts';
export { enterRawMode, type RawMode } from './raw-mode.ts';
