import { ClawReachError } from '../errors.ts';

/** Code of a `PlainRelayError`. */
export type PlainRelayErrorCode =
  /** The text isn't a pairing code of a plain device; details `reason`. */
  | 'plain.code'
  /** The code has eight characters, as the code of a machine has, whose second half is a secret. */
  | 'plain.sealed-code'
  /** The address isn't one of a plain relay; details `reason`. */
  | 'plain.url'
  /** The address has no TLS; details `host`. */
  | 'plain.insecure'
  /** The relay can't be found, doesn't answer, or refuses the connection; details `host`. */
  | 'plain.unreachable'
  /** The relay doesn't know the code, or it was used or has expired. */
  | 'plain.pairing'
  /** The relay takes no more tries for now. */
  | 'plain.rate'
  /** The answer isn't one of the documented protocol; details `status`. */
  | 'plain.answer'
  /** The configuration file is missing or invalid; details `file`, `reason`. */
  | 'plain.config'
  /** Others can read the configuration file; details `file`, `command`. */
  | 'plain.config-permissions'
  /** The configuration would replace a file that isn't one; details `file`. */
  | 'plain.config-exists'
  /** The file names another relay than the one that a person has accepted; details `file`, `host`. */
  | 'plain.relay-changed'
  /** The relay rejects the device's token. */
  | 'plain.rejected'
  /** Another program has connected with the same token. */
  | 'plain.replaced'
  /** The connection was lost. */
  | 'plain.lost'
  /** The relay was silent for too long. */
  | 'plain.silent'
  /** The relay sends too much, or doesn't read. */
  | 'plain.flood'
  | 'plain.unknown'
  | 'plain.too-many';

/** Error of a plain relay, or of its settings here. Codes `plain.*`; `src-shared/locales` has their texts. */
export class PlainRelayError extends ClawReachError {
  override readonly name = 'PlainRelayError';
}

/** Creates a PlainRelayError. `message` is for logs. */
export function plainRelayError(
  code: PlainRelayErrorCode,
  message: string,
  details: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): PlainRelayError {
  return new PlainRelayError(code, message, { details, cause });
}
