import { ClawReachError } from '#shared/errors.ts';
import type { ConnectionCode } from '#shared/forward/index.ts';

/** Errors between this device and an SSH server; each has a text in `src-shared/locales`. */
export type SshCode =
  /** No connection to the server's port, or it ended before anything was agreed. Details: reason. */
  | 'ssh.unreachable'
  /** The connection was open, and broke or fell silent. */
  | 'ssh.lost'
  /** The server ended it, with the reason it gave. */
  | 'ssh.closed'
  | 'ssh.protocol'
  /** No algorithm that both sides accept. Details: what. */
  | 'ssh.algorithm'
  /** Never seen before. Details: fingerprint. */
  | 'ssh.host-key-unknown'
  /** Another one was known. Details: fingerprint, before. */
  | 'ssh.host-key-changed'
  | 'ssh.host-key-revoked'
  /** A person trusted another key than the server shows. */
  | 'ssh.host-key-other'
  /** Details: methods, what the server would take. */
  | 'ssh.login-refused'
  | 'ssh.password-missing'
  | 'ssh.key-file-missing'
  | 'ssh.key-file-passphrase'
  | 'ssh.key-file-format'
  | 'ssh.agent-missing'
  | 'ssh.agent-empty'
  /** The server does not forward, or not that. */
  | 'ssh.forward-refused'
  /** The port at the server is not free. */
  | 'ssh.port-taken';

export class SshError extends ClawReachError {
  override readonly name = 'SshError';
  declare readonly code: SshCode;

  constructor(
    code: SshCode,
    message: string,
    options: Readonly<{ cause?: unknown; details?: Readonly<Record<string, string | number>> }> = {},
  ) {
    super(code, message, options);
  }
}

/** Only a person can change these: trying again would be of no use, or lock the account. */
const LASTING: ReadonlySet<string> = new Set<SshCode | ConnectionCode>([
  'ssh.host-key-unknown',
  'ssh.host-key-changed',
  'ssh.host-key-revoked',
  'ssh.host-key-other',
  'ssh.login-refused',
  'ssh.password-missing',
  'ssh.key-file-missing',
  'ssh.key-file-passphrase',
  'ssh.key-file-format',
  // What the person at the peer said, through which the server is reached: not to be asked again and again.
  'forward.denied',
  'forward.protected',
  'forward.unanswered',
]);

export function isLasting(code: string): boolean {
  return LASTING.has(code);
}
