import { ClawReachError } from '#shared/errors.ts';

/** Codes of errors while a relay is set up on a server; each has a text in `src-shared/locales`. */
export type RelayServerCode =
  /** Details: server. */
  | 'relay-server.busy'
  | 'relay-server.declined'
  | 'relay-server.unanswered'
  | 'relay-server.cancelled'
  /** Details: host. */
  | 'relay-server.proxy-command'
  | 'relay-server.jumps'
  /** Details: host, given, shown. */
  | 'relay-server.host-key'
  | 'relay-server.user'
  /** Details: host. */
  | 'relay-server.name'
  /** Details: host, reason. */
  | 'relay-server.no-answer'
  /** Details: host, address, reason; so for the next two. */
  | 'relay-server.no-route'
  | 'relay-server.refused'
  | 'relay-server.silent'
  /** Details: methods. */
  | 'relay-server.login'
  /** Details: file. */
  | 'relay-server.key-file'
  /** Details: file. */
  | 'relay-server.passphrase'
  /** The server's answers aren't those of the commands. */
  | 'relay-server.answers'
  /** Details: reason. */
  | 'relay-server.command'
  | 'relay-server.timeout'
  | 'relay-server.sudo'
  /** Details: system. */
  | 'relay-server.system'
  /** Details: tools. */
  | 'relay-server.tools'
  /** Details: free, needed; MB. */
  | 'relay-server.disk'
  /** Details: port. */
  | 'relay-server.port'
  /** Details: path. */
  | 'relay-server.foreign'
  | 'relay-server.missing'
  | 'relay-server.sftp'
  /** The server received other bytes than were sent. */
  | 'relay-server.damaged'
  /** Details: reason. */
  | 'relay-server.start'
  /** Details: url, reason. */
  | 'relay-server.unreachable'
  | 'relay-server.other-relay';

/** Error with one of the codes above. */
export class RelayServerError extends ClawReachError {
  override readonly name = 'RelayServerError';
  declare readonly code: RelayServerCode;

  constructor(
    code: RelayServerCode,
    message: string,
    options: Readonly<{ cause?: unknown; details?: Readonly<Record<string, string | number | boolean>> }> = {},
  ) {
    super(code, message, options);
  }
}
