/**
 * Base class of all errors of the project. Callers switch on `code`, never on the message; `src-shared/locales` has the text for people by code. Each
 * area declares a subclass with its own `name`.
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

/** Malformed bytes or text from outside. The code is `format.*`. Never retried: it ends the channel on which the bytes came. */
export class FormatError extends ClawReachError {
  override readonly name = 'FormatError';
}

/** Failed check of a cipher, signature or MAC. Never retried automatically (ARCHITECTURE, Errors). */
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
