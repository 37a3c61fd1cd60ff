import { ClawReachError } from '#shared/errors.ts';

/** Codes `web-host.*` and `shell.*` of the window in a browser. */
export class WebHostError extends ClawReachError {
  override readonly name = 'WebHostError';
}
