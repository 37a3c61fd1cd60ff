import { ClawReachError } from '#shared/errors.ts';
import type { ConnectionCode } from '#shared/forward/index.ts';

/** Codes of errors between this device and an SSH server; each has a text in `src-shared/locales`. */
export type SshCode =
  /** The server's port can't be reached, or the connection ended during key exchange. Details: reason. */
  | 'ssh.unreachable'
  /** An open connection broke or stopped answering. */
  | 'ssh.lost'
  /** The server disconnected. Details: reason. */
  | 'ssh.closed'
  | 'ssh.protocol'
  /** Both sides have no algorithm in common. Details: what, the kind of algorithm. */
  | 'ssh.algorithm'
  /** No key is known for this server. Details: fingerprint. */
  | 'ssh.host-key-unknown'
  /** Another key is known for this server. Details: fingerprint, before (fingerprint of the known key). */
  | 'ssh.host-key-changed'
  | 'ssh.host-key-revoked'
  /** The fingerprint that a person confirmed is not the one that the server presents. */
  | 'ssh.host-key-other'
  /** The server rejected the login. Details: methods, the ones that the server would accept. */
  | 'ssh.login-refused'
  | 'ssh.password-missing'
  | 'ssh.key-file-missing'
  | 'ssh.key-file-passphrase'
  | 'ssh.key-file-format'
  | 'ssh.agent-missing'
  | 'ssh.agent-empty'
  /** The server rejects forwarding in general, or to this target. */
  | 'ssh.forward-refused'
  /** The port to listen on at the server is not free. */
  | 'ssh.port-taken';

/** Error with one of the codes above, thrown by this folder. */
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

/** Codes of errors that a person has to resolve: another attempt would fail again, or lock the account. */
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
  // The person at the peer through which the server is reached has declined: don't ask again and again.
  'forward.denied',
  'forward.protected',
  'forward.unanswered',
]);

/** Reports whether a person has to act before another attempt makes sense. */
export function isLasting(code: string): boolean {
  return LASTING.has(code);
}
