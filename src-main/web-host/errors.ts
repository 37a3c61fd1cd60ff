import { ClawReachError } from '#shared/errors.ts';

/** Error of the web host, which serves the window to browsers; codes `web-host.*` and `shell.*`. */
export class WebHostError extends ClawReachError {
  override readonly name = 'WebHostError';
}
