/**
 * Base class of all errors of the project. Callers switch on `code`, never on the message; `src-shared/locales` has a text for people for each code.
 * Each area declares a subclass with its own `name`. Nothing in this file touches anything beyond its parameters.
 */
export class ClawReachError extends Error {
  override readonly name: string = 'ClawReachError';
  /** Stable code, lower case with dots, such as `pairing.wrong-code`. */
  readonly code: string;
  /** Values for the placeholders of the code's text; never a secret. */
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(
    code: string,
    message: string,
    options: Readonly<{ cause?: unknown; details?: Readonly<Record<string, string | number | boolean>> }> = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/**
 * Error of a decoder that received malformed bytes or text. Codes `format.*`. Callers don't retry; they end the stream or connection that sent them.
 */
export class FormatError extends ClawReachError {
  override readonly name = 'FormatError';
}

/** Error of a failed check of a cipher, signature or MAC. Codes such as `crypto.open`. Never retried automatically. */
export class AuthenticationError extends ClawReachError {
  override readonly name = 'AuthenticationError';
}

/** Returns the message of an error, or the text form of any other thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns the code of a ClawReachError; `internal` for any other error. */
export function errorCode(error: unknown): string {
  return error instanceof ClawReachError ? error.code : 'internal';
}

/**
 * Returns the code of a system error, such as `ENOENT`; undefined for an error without one. An AggregateError, thrown after several addresses were
 * tried, has the code of its first error.
 */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  return error instanceof AggregateError ? systemCode(error.errors[0]) : undefined;
}
