import { ClawReachError } from '../errors.ts';

/**
 * Error that ends a stream or a session. Codes: `link.closed`, `link.path-lost`, `link.refused`, `link.reset`, `link.timeout`,
 * `link.too-many-streams`, `link.params`, `link.authentication`. Codes if the other side violates the protocol: `link.malformed`,
 * `link.unknown-frame`, `link.stream-id`, `link.credit`, `link.final-size`, `link.state`, `link.path`.
 */
export class LinkError extends ClawReachError {
  override readonly name = 'LinkError';
}
