import { ClawReachError } from '#shared/errors.ts';

/** Error of the keys of a page. Code `keys.unsupported`: this browser can't hold them, so trying again is useless. */
export class PageKeysError extends ClawReachError {
  override readonly name = 'PageKeysError';
}
