import { ClawReachError } from '../errors.ts';

/** Failure of a forward or of one of its connections. Texts of all codes are in `src-shared/locales`. */
export class ForwardError extends ClawReachError {
  override readonly name = 'ForwardError';
}

/**
 * Codes of a failed connection, as reported by the remote side or the path to it. Each maps to one reply of SOCKS (RFC
 * 1928 section 6) and one of HTTP.
 */
export const CONNECTION_CODES = [
  /** The peer's person does not allow this target. */
  'forward.denied',
  /** The peer's user did not answer the request. */
  'forward.unanswered',
  /** Never allowed, whatever the rights: metadata services, link-local addresses, the control ports of ClawReach itself. */
  'forward.protected',
  /** The name has no address. */
  'forward.name',
  'forward.refused',
  'forward.timeout',
  'forward.host-unreachable',
  'forward.network-unreachable',
  /** Too many connections of this peer at a time. */
  'forward.too-many',
  /** Another program listens on that port of the peer. */
  'forward.port-in-use',
  /** The peer's system does not allow listening there, or has no such address. */
  'forward.port-unavailable',
  /** The request cannot be read. */
  'forward.params',
  /** The peer is not there, or was lost before the connection stood. */
  'forward.peer-away',
  'forward.failed',
] as const;
export type ConnectionCode = (typeof CONNECTION_CODES)[number];
