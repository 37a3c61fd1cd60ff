import { ClawReachError } from '../../errors.ts';

/** Error of a prompt, workflow or status request to a peer's OpenClaw. Codes `remote.*`; `src-shared/locales` has their texts. */
export class OpenClawError extends ClawReachError {
  override readonly name = 'OpenClawError';
}

/** Code of a `OpenClawError`. */
export type OpenClawErrorCode =
  /** The other side violated the protocol. */
  | 'remote.protocol'
  | 'remote.version'
  | 'remote.unavailable'
  | 'remote.too-many'
  | 'remote.rate'
  /** The peer has no gateway, or none of that name. */
  | 'remote.no-gateway'
  /** Error of the gateway or of the connection to it; details `message`. */
  | 'remote.gateway'
  /** The AI agent answered with an error; details `message`. */
  | 'remote.run-failed'
  | 'remote.aborted'
  | 'remote.lost'
  | 'remote.too-long'
  | 'remote.revoked'
  | 'remote.unknown-workflow'
  /** The values don't fit the workflow; details `message`. */
  | 'remote.workflow-params'
  | 'remote.not-confirmed'
  | 'remote.unknown'
  | 'remote.exists'
  | 'remote.too-many-saved';

/** Creates a OpenClawError. `message` is for logs. */
export function openClawError(
  code: OpenClawErrorCode,
  message: string,
  details: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): OpenClawError {
  return new OpenClawError(code, message, { details, cause });
}
