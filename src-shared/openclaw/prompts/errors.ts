import { ClawReachError } from '../../errors.ts';

/** Error about a peer's gateways. Codes `remote.*`; texts of all codes are in `src-shared/locales`. */
export class OpenClawError extends ClawReachError {
  override readonly name = 'OpenClawError';
}

export type OpenClawErrorCode =
  /** The other side violated the protocol. */
  | 'remote.protocol'
  | 'remote.version'
  | 'remote.unavailable'
  | 'remote.too-many'
  | 'remote.rate'
  /** No gateway of that name, or none at all. */
  | 'remote.no-gateway'
  /** Details `message`: error of the gateway or of the connection to it. */
  | 'remote.gateway'
  /** The agent answered with an error; details `message`. */
  | 'remote.run-failed'
  | 'remote.aborted'
  | 'remote.lost'
  | 'remote.too-long'
  | 'remote.revoked'
  | 'remote.unknown-workflow'
  /** Details `message`. */
  | 'remote.workflow-params'
  | 'remote.not-confirmed'
  | 'remote.unknown'
  | 'remote.exists'
  | 'remote.too-many-saved';

export function openClawError(
  code: OpenClawErrorCode,
  message: string,
  details: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): OpenClawError {
  return new OpenClawError(code, message, { details, cause });
}
