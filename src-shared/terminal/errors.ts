import { ClawReachError } from '../errors.ts';

/** Error of a terminal. `src-shared/locales` has the texts of all codes. */
export class TerminalError extends ClawReachError {
  override readonly name = 'TerminalError';
}

/** Codes of this area; a session may add its own (`link.*`) when it ends under a terminal. */
export type TerminalErrorCode =
  | 'terminal.params'
  | 'terminal.too-many'
  | 'terminal.too-many-left'
  | 'terminal.unknown'
  | 'terminal.spawn'
  | 'terminal.command-not-found'
  | 'terminal.no-folder'
  | 'terminal.host-lost'
  | 'terminal.host-failed'
  | 'terminal.taken-over'
  | 'terminal.revoked'
  | 'terminal.protocol'
  | 'terminal.share-refused'
  | 'terminal.too-many-viewers'
  | 'terminal.unshared'
  | 'terminal.view-only'
  | 'terminal.shutdown'
  | 'terminal.ended'
  | 'terminal.no-pipes';
