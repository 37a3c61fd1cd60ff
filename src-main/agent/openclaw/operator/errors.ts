import { ClawReachError } from '#shared/errors.ts';

/** Failed decision on a request. Codes `request.unknown`, `request.gone`, `request.changed`, `request.decision`, `request.answered`. */
export class RequestError extends ClawReachError {
  override readonly name = 'RequestError';
}
