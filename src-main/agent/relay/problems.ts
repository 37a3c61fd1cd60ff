import { FormatError, ClawReachError, errorMessage } from '#shared/errors.ts';
import type { RelayErrorCode, RelayMessage } from '#shared/relay-api/index.ts';
import { RelayClientError } from './errors.ts';

/**
 * Codes of errors after which the client must not retry by itself, since only a person can solve them: authentication, admission, pins, versions
 * (ARCHITECTURE, Errors).
 */
const FINAL: ReadonlySet<string> = new Set([
  'relay.url',
  'relay.insecure-url',
  'relay.pin-mismatch',
  'relay.untrusted',
  'relay.tls-certificate',
  'relay.key-mismatch',
  // Repeated tries with a wrong password could lock the account.
  'relay.proxy-auth',
  'relay.welcome-signature',
  'relay.version',
  'relay.signature',
  'relay.relay-mismatch',
  'relay.certificate',
  'relay.admission',
  'relay.admission-needed',
  'relay.enrolment',
  'relay.removed',
  'relay.replaced',
]);

/** Reports whether the client must not retry by itself after this error. */
export function isFinal(code: string): boolean {
  return FINAL.has(code);
}

/** Returns the error for a violation of the protocol by the relay or an intermediary. */
export function protocolError(reason: string, cause?: unknown): RelayClientError {
  return new RelayClientError('relay.protocol', `the relay broke the protocol: ${reason}`, {
    details: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Converts an `error` message of the relay. Leaves out the relay's text, which is not trusted. */
export function relayError(
  message: Readonly<{ code: RelayErrorCode; retryAfter?: number | undefined }>,
  admissionGiven: boolean,
): RelayClientError {
  const code = message.code === 'admission' && !admissionGiven ? 'admission-needed' : message.code;
  return new RelayClientError(`relay.${code}`, `the relay answered: ${message.code}`, {
    details: message.retryAfter === undefined ? {} : { retryAfter: message.retryAfter },
  });
}

/** Returns the pause that the error asks for, ms; undefined for none. */
export function retryAfterOf(error: ClawReachError): number | undefined {
  const { retryAfter } = error.details;
  return typeof retryAfter === 'number' && retryAfter > 0 ? retryAfter : undefined;
}

/** Converts an error thrown while a message was handled to the error that ends the connection. */
export function handlingError(error: unknown, type: RelayMessage['type'] | 'early-data'): ClawReachError {
  if (error instanceof FormatError) return protocolError(`malformed ${type}`, error);
  if (error instanceof ClawReachError) return error;
  return new RelayClientError('internal', errorMessage(error), { cause: error });
}
