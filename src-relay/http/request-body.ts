import type { IncomingMessage } from 'node:http';
import type { Clock } from '#shared/clock.ts';
import { isWellFormed } from '#shared/well-formed.ts';
import type { BodyBudget } from './body-budget.ts';
import { httpError, type HttpError } from './http-error.ts';
import type { HttpLimits } from './limits.ts';

/** Size of the first buffer of a body, bytes. It doubles as the body arrives, whatever length was announced. */
const FIRST_BUFFER = 1024;
const JSON_TYPE = /^application\/json(?:;\s*charset="?utf-8"?)?$/i;
/** Escape of half a surrogate pair, or of a whole one. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

/** Source of one request's body. */
export type RequestBodyOptions = Readonly<{
  clock: Clock;
  limits: HttpLimits;
  /** Monotonic time at which the body must be complete, ms. */
  deadline: number;
  budget: BodyBudget;
  /** Address group that the memory is counted for. */
  group: string;
  /** Tells a client that waits for it to send its body (RFC 9110 section 10.1.1). */
  proceed(): void;
}>;

/** Body that isn't JSON: the media types that a route takes, and its greatest size in bytes. */
export type MediaBody = Readonly<{ types: readonly string[]; limit: number }>;

/** Bytes of a body, and their media type as the client named it. */
export type MediaContent = Readonly<{ type: string; bytes: Uint8Array }>;

/**
 * Reads the body of one request, for `Exchange`. Copies what arrives into one buffer, so that a body in a thousand pieces needs no more
 * memory than one in one piece, and counts it in the budget until `release`.
 */
export class RequestBody {
  readonly #request: IncomingMessage;
  readonly #options: RequestBodyOptions;
  #buffer: Buffer | undefined;
  #length = 0;
  #counted = 0;
  #result: Promise<unknown> | undefined;
  #limit: number;
  #fail: ((error: HttpError) => void) | undefined;
  #isReleased = false;

  constructor(request: IncomingMessage, options: RequestBodyOptions) {
    this.#request = request;
    this.#options = options;
    this.#limit = options.limits.body;
  }

  /**
   * Returns the parsed JSON body; later calls return the same value.
   * @throws {HttpError} 400 `platform.input`, 408 `platform.timeout`, 413 `platform.too-large`, 415 `platform.media-type`, 503 `platform.busy`
   */
  json(): Promise<unknown> {
    if (this.#result === undefined) {
      this.#result = this.#readJson();
      // A handler may answer without waiting for it.
      this.#result.catch(ignoreError);
    }
    return this.#result;
  }

  /**
   * Reads a body that isn't JSON. Called at most once, and not together with `json`.
   * @throws {HttpError} as `json`
   */
  async media({ types, limit }: MediaBody): Promise<MediaContent> {
    this.#limit = Math.min(limit, this.#limit);
    const type = this.#type().toLowerCase();
    if (!types.includes(type)) {
      throw httpError(415, 'platform.media-type', `The body must be ${types.join(' or ')}.`);
    }
    return { type, bytes: new Uint8Array(await this.#read()) };
  }

  /** Ends a read with an error. No effect after its end. */
  abort(error: HttpError): void {
    this.#fail?.(error);
  }

  /** Ends reading, and stops counting the body in the budget: the request is answered. Idempotent. */
  release(): void {
    this.#isReleased = true;
    this.#fail?.(incomplete());
    this.#buffer = undefined;
    this.#options.budget.release(this.#options.group, this.#counted);
    this.#counted = 0;
  }

  async #readJson(): Promise<unknown> {
    if (!JSON_TYPE.test(this.#type())) {
      throw httpError(415, 'platform.media-type', 'The body must be application/json.');
    }
    return parse(await this.#read());
  }

  async #read(): Promise<Buffer> {
    if (this.#isReleased) throw incomplete();
    this.#check();
    this.#options.proceed();
    await this.#receive();
    const bytes = this.#buffer?.subarray(0, this.#length) ?? Buffer.alloc(0);
    this.#buffer = undefined;
    return bytes;
  }

  /** Media type of the request; empty if there is none, or more than one. */
  #type(): string {
    const [type = '', ...more] = this.#request.headersDistinct['content-type'] ?? [];
    return more.length > 0 ? '' : type.trim();
  }

  /** Rejects a body by its headers. */
  #check(): void {
    const { headersDistinct: headers } = this.#request;
    if (headers['content-encoding'] !== undefined) {
      throw httpError(415, 'platform.media-type', 'The body must not be compressed.');
    }
    if (!hasBody(this.#request)) throw httpError(400, 'platform.input', 'The request has no body.');
    if (Number(headers['content-length']?.[0] ?? 0) > this.#limit) throw this.#tooLarge();
  }

  #receive(): Promise<void> {
    const { clock, deadline } = this.#options;
    const request = this.#request;
    return new Promise((resolve, reject) => {
      const timer = clock.setTimer(Math.max(0, deadline - clock.monotonic()), () => finish(timedOut()));
      const finish = (error?: HttpError): void => {
        timer.cancel();
        this.#fail = undefined;
        request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
        request.on('error', ignoreError);
        if (error === undefined) {
          resolve();
        } else {
          request.pause();
          this.#buffer = undefined;
          reject(error);
        }
      };
      const onData = (chunk: Buffer): void => {
        const error = this.#append(chunk);
        if (error !== undefined) finish(error);
      };
      const onEnd = (): void => finish();
      const onClose = (): void => finish(incomplete());
      this.#fail = finish;
      request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
    });
  }

  #append(chunk: Buffer): HttpError | undefined {
    const { budget, group } = this.#options;
    const length = this.#length + chunk.length;
    if (length > this.#limit) return this.#tooLarge();
    const size = this.#buffer?.length ?? 0;
    if (length > size) {
      const larger = Math.min(this.#limit, Math.max(FIRST_BUFFER, 2 ** Math.ceil(Math.log2(length))));
      if (!budget.take(group, larger - size)) {
        return httpError(503, 'platform.busy', 'The relay is busy.', { retryAfter: 2000 });
      }
      this.#counted += larger - size;
      const buffer = Buffer.allocUnsafeSlow(larger);
      this.#buffer?.copy(buffer, 0, 0, this.#length);
      this.#buffer = buffer;
    }
    chunk.copy(this.#buffer ?? chunk, this.#length);
    this.#length = length;
    return undefined;
  }

  #tooLarge(): HttpError {
    return httpError(413, 'platform.too-large', `The body is larger than ${this.#limit} bytes.`);
  }
}

/** Reports whether a request has a body, by its headers. Pure. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Creates the error of a request whose body doesn't arrive in time. */
export function timedOut(): HttpError {
  return httpError(408, 'platform.timeout', 'The body took too long.');
}

function incomplete(): HttpError {
  return httpError(400, 'platform.input', 'The body is incomplete.');
}

function parse(bytes: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (!SURROGATE_ESCAPE.test(text) || isWellFormed(value)) return value;
  } catch (cause) {
    throw httpError(400, 'platform.input', 'The body is not JSON.', { cause });
  }
  throw httpError(400, 'platform.input', 'The body has half a surrogate pair.');
}

/** Ignores an error: the client has gone, which the answer's end reports. */
function ignoreError(): void {
  return undefined;
}
