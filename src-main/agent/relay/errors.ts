import { ClawReachError, FormatError, errorMessage } from '#shared/errors.ts';
import type { MessageRefusal, RelayErrorCode, RelayMessage } from '#shared/relay-api/index.ts';

/**
 * Error of the relay connection. Codes: `relay.<RelayErrorCode>` as sent by the relay, `relay.refused.<RefuseReason>` for a refused `connect`, and
 * errors that this client finds (`relay.protocol`, `relay.key-mismatch`, …); `internal` for an unexpected error while a message is handled.
 */
export class RelayClientError extends ClawReachError {
  override readonly name = 'RelayClientError';
}

/**
 * Codes of errors that only a person can solve, so that `RelayClient` doesn't retry: authentication, admission, pins, versions (ARCHITECTURE,
 * Errors).
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
  'relay.enrolment-needed',
  'relay.removed',
  'relay.replaced',
  'relay.share',
]);

/** Reports whether only a person can solve this error, so that `RelayClient` doesn't retry after it. */
export function isFinalRelayError(code: string): boolean {
  return FINAL.has(code);
}

/**
 * Returns the error for a message that the protocol doesn't allow at this point, sent by the relay or by something between. Callers throw it, which
 * ends the control connection.
 */
export function protocolError(reason: string, cause?: unknown): RelayClientError {
  return new RelayClientError('relay.protocol', `the relay broke the protocol: ${reason}`, {
    details: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Converts the relay's message `error` to an error. Leaves out the relay's text, which is not trusted.
 * @param shown credentials in the hello that the message answers; undefined: it answers none. Without an admission token the code `admission` becomes
 * `relay.admission-needed`; without an enrolment or enrol ticket `enrolment` becomes `relay.enrolment-needed`: the relay admits devices of its accounts only
 */
export function relayError(
  message: Readonly<{ code: RelayErrorCode; retryAfter?: number | undefined }>,
  shown?: Readonly<{ admission: boolean; enrolment: boolean }>,
): RelayClientError {
  const isNeeded = (message.code === 'admission' || message.code === 'enrolment') && shown?.[message.code] === false;
  const code = isNeeded ? `${message.code}-needed` : message.code;
  return new RelayClientError(`relay.${code}`, `the relay answered: ${message.code}`, {
    details: message.retryAfter === undefined ? {} : { retryAfter: message.retryAfter },
  });
}

/** Converts the relay's refusal to deliver a message to an error. */
export function messageError({
  reason,
  retryAfter,
}: Readonly<{ reason: MessageRefusal; retryAfter?: number | undefined }>): RelayClientError {
  return new RelayClientError(`relay.refused.${reason}`, `the relay did not deliver a message: ${reason}`, {
    details: retryAfter === undefined ? {} : { retryAfter },
  });
}

/** Returns the pause before the next try that the relay asked for with this error, ms; undefined for none. */
export function retryAfterOf(error: ClawReachError): number | undefined {
  const { retryAfter } = error.details;
  return typeof retryAfter === 'number' && retryAfter > 0 ? retryAfter : undefined;
}

/**
 * Converts an error that was thrown while a message was handled to the error that ends the control connection.
 * @param type the message's type; `early-data` for a binary message
 */
export function handlingError(error: unknown, type: RelayMessage['type'] | 'early-data'): ClawReachError {
  if (error instanceof FormatError) return protocolError(`malformed ${type}`, error);
  if (error instanceof ClawReachError) return error;
  return new RelayClientError('internal', errorMessage(error), { cause: error });
}
