import { ClawReachError } from '../errors.ts';

/** Error of a terminal or of a command without one. `src-shared/locales` has the texts of all codes. */
export class TerminalError extends ClawReachError {
  override readonly name = 'TerminalError';
}

/** Codes of `TerminalError`. If a session ends, its code `link.*` is reported for its terminals instead. */
export type TerminalErrorCode =
  | 'terminal.params'
  | 'terminal.too-many'
  | 'terminal.too-many-left'
  | 'terminal.unknown'
  | 'terminal.spawn'
  | 'terminal.command-not-found'
  | 'terminal.no-folder'
  | 'terminal.shell-unknown'
  | 'terminal.shell-choice'
  | 'terminal.host-lost'
  | 'terminal.host-failed'
  | 'terminal.taken-over'
  | 'terminal.revoked'
  | 'terminal.stopped'
  | 'terminal.protocol'
  | 'terminal.share-refused'
  | 'terminal.too-many-viewers'
  | 'terminal.unshared'
  | 'terminal.view-only'
  | 'terminal.shutdown'
  | 'terminal.ended'
  | 'terminal.no-pipes';
