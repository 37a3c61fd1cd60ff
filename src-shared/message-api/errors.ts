import * as z from 'zod';
import { ClawReachError } from '../errors.ts';

/** Statuses of the errors of the local API, by their code. Other codes have status 500. */
export const API_ERRORS = {
  'api.token': 401,
  'api.origin': 403,
  'api.route': 404,
  'api.timeout': 408,
  'api.key': 409,
  'api.too-large': 413,
  'api.input': 422,
  'api.rate': 429,
  'message.unknown': 404,
  'message.unknown-agent': 404,
  'message.ambiguous': 409,
  'message.delivered': 409,
  // Removed while its program asked.
  'local-agent.unknown': 404,
  'local-agent.no-files': 403,
  'file.outside': 403,
  'file.hidden': 403,
  'file.profile': 403,
  'file.missing': 404,
  'file.unknown': 404,
  'file.nothing': 422,
  'file.unreadable': 422,
  'file.own': 409,
  'message.no-files': 409,
  'file.over': 409,
  'file.full': 507,
  'file.unavailable': 503,
  'message.json': 422,
  'message.address': 422,
  'message.relay-reads': 409,
  'message.too-large': 413,
  'message.full': 507,
  'message.pairs': 507,
  'message.instances': 507,
  'message.unknown-instance': 404,
  'message.ambiguous-instance': 409,
  'message.is-program': 404,
  'message.unavailable': 503,
  'store.write': 507,
  'peer.unknown': 404,
  'peer.ambiguous': 409,
  'peer.uncompared': 409,
  'peer.suspended': 409,
} as const;
export type ApiErrorCode = keyof typeof API_ERRORS;

/** Body of an answer that is an error. `message` is for people who read logs; programs decide by `code`. */
export const apiErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
});
export type ApiErrorBody = z.infer<typeof apiErrorBody>;

/** Error of a request at the local API. */
export class MessageApiError extends ClawReachError {
  override readonly name = 'MessageApiError';

  constructor(
    code: ApiErrorCode,
    message: string,
    options: Readonly<{ cause?: unknown; details?: Readonly<Record<string, string | number | boolean>> }> = {},
  ) {
    super(code, message, options);
  }
}

/** Returns the HTTP status for the code of an error. */
export function statusOf(code: string): number {
  return Object.hasOwn(API_ERRORS, code) ? API_ERRORS[code as ApiErrorCode] : 500;
}
