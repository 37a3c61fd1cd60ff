import * as z from 'zod';
import { ClawReachError } from '../errors.ts';

/**
 * Errors that the accounts API answers, by stable code, with their HTTP status. The list is closed: routes name their codes from it, the client
 * rejects others, and `src-shared/locales` has a text for each.
 */
export const PLATFORM_ERRORS = {
  // Any route.
  'platform.input': 400,
  'platform.signed-out': 401,
  /** The session has to be confirmed by password or passkey within the last ten minutes. */
  'platform.step-up': 403,
  /** A page of another origin sent the request with this one's cookie. */
  'platform.origin': 403,
  'platform.forbidden': 403,
  /** Also for everything that the account may not see. */
  'platform.not-found': 404,
  'platform.method': 405,
  'platform.timeout': 408,
  'platform.limit': 409,
  'platform.too-large': 413,
  'platform.media-type': 415,
  'platform.rate': 429,
  'platform.internal': 500,
  'platform.busy': 503,

  'account.credentials': 401,
  'account.passkey': 401,
  'account.disabled': 403,
  'account.sign-up': 403,
  'account.code': 404,
  'account.no-mail': 409,
  'account.no-passkey': 409,
  /** Passkeys belong to a host name, and the relay's address is an IP address. */
  'account.passkeys-unavailable': 409,
  /** Only for those who hold a link: without one, no answer tells whether an address has an account. */
  'account.exists': 409,
  /** The last way to sign in can't be removed. */
  'account.last-credential': 409,
  'account.passkey-exists': 409,
  'account.skill-config-exists': 409,
  /** A one-time link was used, has expired, or never existed. */
  'account.link': 410,
  'account.weak-password': 422,
  /** The picture isn't a still WebP or PNG picture of the allowed size. */
  'account.picture': 422,
  /** The signed claim or its end is not valid for this relay, project and account. */
  'account.claim': 422,

  'project.owner': 409,
  'project.claimed': 409,
  'project.already-member': 409,
  'project.already-invited': 409,
  /** Only a plain device can do this. */
  'project.sealed-device': 409,
  /** Another instance of this relay has the name. */
  'project.instance-exists': 409,
  'project.plain-off': 409,
  'project.device-offline': 409,
  /** No OpenClaw answers on this device. */
  'project.not-a-node': 409,
  /** The invitation has expired or was answered or cancelled. */
  'project.invitation-over': 410,
  'project.session-over': 410,
} as const satisfies Readonly<Record<string, number>>;

/** Code of an error that the relay answers. */
export type PlatformErrorCode = keyof typeof PLATFORM_ERRORS;

/** Codes of `PLATFORM_ERRORS`, in that order. */
export const PLATFORM_ERROR_CODES = Object.keys(PLATFORM_ERRORS) as readonly PlatformErrorCode[];

/** Errors that the client finds itself: no answer came, it came too late, or it doesn't follow the contract. */
export const PLATFORM_CLIENT_ERROR_CODES = ['platform.unreachable', 'platform.no-answer', 'platform.protocol'] as const;
export type PlatformClientErrorCode = (typeof PLATFORM_CLIENT_ERROR_CODES)[number];

/** Body of an answer with an error status: `{error, code, retryAfter?}`. */
export const platformErrorBody = z.object({
  /** Explanation in English for developers. Pages show the text of the code. */
  error: z.string().max(1000),
  code: z.enum(PLATFORM_ERROR_CODES),
  /** Time to wait before a retry, ms. The header `Retry-After` has the same in seconds, rounded up. */
  retryAfter: z.number().int().min(0).max(86_400_000).optional(),
});

export type PlatformErrorBody = z.infer<typeof platformErrorBody>;

/** Error of a request to the accounts API. The relay's handlers throw it, and the client throws the same from the answer. */
export class PlatformError extends ClawReachError {
  override readonly name = 'PlatformError';
  declare readonly code: PlatformErrorCode | PlatformClientErrorCode;
  /** HTTP status; 0 if there was no answer, or one that doesn't follow the contract. */
  readonly status: number;
  /** Time to wait before a retry, ms. */
  readonly retryAfter: number | undefined;

  constructor(
    code: PlatformErrorCode | PlatformClientErrorCode,
    message: string,
    options: Readonly<{ cause?: unknown; retryAfter?: number | undefined }> = {},
  ) {
    super(code, message, options.cause === undefined ? {} : { cause: options.cause });
    this.status = isPlatformErrorCode(code) ? PLATFORM_ERRORS[code] : 0;
    this.retryAfter = options.retryAfter;
  }
}

/** Reports whether a text is a code of `PLATFORM_ERRORS`. */
export function isPlatformErrorCode(code: string): code is PlatformErrorCode {
  return Object.hasOwn(PLATFORM_ERRORS, code);
}
