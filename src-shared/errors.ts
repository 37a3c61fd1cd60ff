/**
 * The one error base of the project. Callers switch on `code`, never on the message: the text a person reads is looked up by code in
 * `src-shared/locales`. Each area declares a subclass with a stable `name`.
 */
export class ClawReachError extends Error {
  override readonly name: string = 'ClawReachError';
  /** Stable, dotted, lower case: `pairing.wrong-code`. */
  readonly code: string;
  /** Values the text of this code may show; never a secret. */
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

/** Bytes from outside that break a format. `code` is `format.<what>`; it is never retried and always ends the channel it came on. */
export class FormatError extends ClawReachError {
  override readonly name = 'FormatError';
}

/** A cipher, signature or MAC check that failed. Never retried by itself (ARCHITECTURE, Errors). */
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
