import { ClawReachError } from '#shared/errors.ts';

/** What is wrong with an answer to a request. Codes `request.unknown`, `request.gone`, `request.changed`, `request.decision`, `request.answered`. */
export class RequestError extends ClawReachError {
  override readonly name = 'RequestError';
}
