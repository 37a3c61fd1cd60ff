import { ClawReachError } from '#shared/errors.ts';

/** Error of a decision on a gateway's request. Codes `request.unknown`, `request.gone`, `request.changed`, `request.decision`, `request.answered`. */
export class RequestError extends ClawReachError {
  override readonly name = 'RequestError';
}
