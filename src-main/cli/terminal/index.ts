export { attachTerminal, EndedTerminals, terminalSize, type AttachEnd, type TerminalSize } from './attach.ts';
export { EscapeParser, ESCAPE_HELP, type EscapeAction } from './escape.ts';
export { LinkNotice, type LinkNoticeOptions } from './link-notice.ts';
export { ModeTracker } from './modes.ts';
export { enterRawMode, type RawMode } from './raw-mode.ts';
