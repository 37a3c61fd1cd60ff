import type { PlatformErrorCode } from '#shared/platform/index.ts';
import { ClawReachError } from '#shared/errors.ts';

/** Codes of the answers that the HTTP server gives by itself, for every feature. */
export type HttpErrorCode = Extract<
  PlatformErrorCode,
  | 'platform.busy'
  | 'platform.input'
  | 'platform.internal'
  | 'platform.media-type'
  | 'platform.method'
  | 'platform.not-found'
  | 'platform.origin'
  | 'platform.rate'
  | 'platform.timeout'
  | 'platform.too-large'
>;

type HttpErrorOptions = Readonly<{
  /** Time after which the request may succeed, ms. */
  retryAfter?: number | undefined;
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}>;

/**
 * Error that a request or an upgrade is answered with, as `{error, code, retryAfter?}`. Thrown by the server with an `HttpErrorCode`, and by features
 * with codes of their own. The message is sent: it names no secret and nothing of another account.
 */
export class HttpError extends ClawReachError {
  override readonly name = 'HttpError';
  /** HTTP status, 400 to 599. */
  readonly status: number;
  /** Time after which the request may succeed, ms. */
  readonly retryAfter: number | undefined;
  /** Headers of the answer besides those of every answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, options: HttpErrorOptions = {}) {
    super(code, message, options.cause === undefined ? {} : { cause: options.cause });
    this.status = status;
    this.retryAfter = options.retryAfter;
    this.headers = {
      ...options.headers,
      ...(options.retryAfter === undefined ? {} : { 'Retry-After': String(Math.ceil(options.retryAfter / 1000)) }),
    };
  }

  /** JSON body of the answer. */
  get body(): Readonly<{ error: string; code: string; retryAfter?: number }> {
    const { message: error, code, retryAfter } = this;
    return retryAfter === undefined ? { error, code } : { error, code, retryAfter };
  }
}

/** Creates an error of the server itself. */
export function httpError(
  status: number,
  code: HttpErrorCode,
  message: string,
  options: HttpErrorOptions = {},
): HttpError {
  return new HttpError(status, code, message, options);
}

/**
 * Returns the answer for an error that a feature threw: an `HttpError`, or another error of the project with an HTTP status, such as `PlatformError`,
 * whose module isn't loaded without accounts. Undefined for an unexpected one.
 */
export function expectedError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (!(error instanceof ClawReachError) || !('status' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status > 599) return undefined;
  const retryAfter = 'retryAfter' in error && typeof error.retryAfter === 'number' ? error.retryAfter : undefined;
  return new HttpError(status, error.code, error.message, { retryAfter });
}
