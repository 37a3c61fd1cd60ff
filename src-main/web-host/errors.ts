import { ClawReachError } from '#shared/errors.ts';

/** Error of the window in a browser; codes `web-host.*` and `shell.*`. */
export class WebHostError extends ClawReachError {
  override readonly name = 'WebHostError';
}
