export {
  attachTerminal,
  EndedTerminals,
  currentTerminalSize,
  type AttachEnd,
  type AttachLoss,
  type Joined,
  type TerminalSize,
} from './attach.ts';
export { ReconnectLoop, LONGEST_SEARCH, type ReconnectLoopOptions } from './come-back.ts';
export { EscapeParser, ESCAPE_HELP, type EscapeAction } from './escape.ts';
export { SanitizedScreen } from './foreign-screen.ts';
export { LinkNotice, type LinkNoticeOptions } from './link-notice.ts';
export { ModeTracker } from './modes.ts';
export { carryCommand, type CommandEnd } from './command.ts';
export { playCast, type Cast } from './play.ts';
export { enterRawMode, type RawMode } from './raw-mode.ts';
