import { ClawReachError } from '#shared/errors.ts';

/**
 * Error of a share link. Codes: `share.unknown` (no such link, guest or terminal), `share.not-open` (a terminal of another device that is in no tab
 * here), `share.limit`, `share.full`, `share.used`, `share.no-relay`, `share.insecure`, `share.own-certificate`, `share.no-page`.
 */
export class ShareError extends ClawReachError {
  override readonly name = 'ShareError';
}
