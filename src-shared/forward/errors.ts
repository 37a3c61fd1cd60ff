import { ClawReachError } from '../errors.ts';

/** Failure of a forward or of one of its connections. `src-shared/locales` has the text of each code. */
export class ForwardError extends ClawReachError {
  override readonly name = 'ForwardError';
}

/**
 * Error codes of a failed connection through a peer: reported by the peer, or set when the link to it fails. Proxies map each to a SOCKS reply (RFC
 * 1928 section 6) and to an HTTP status.
 */
export const CONNECTION_CODES = [
  /** The person at the peer doesn't allow this target. */
  'forward.denied',
  /** The person at the peer didn't answer the request. */
  'forward.unanswered',
  /** Target that no right covers: a metadata service, a link-local address, or a control port of ClawReach itself. */
  'forward.protected',
  /** The host name has no address. */
  'forward.name',
  'forward.refused',
  'forward.timeout',
  'forward.host-unreachable',
  'forward.network-unreachable',
  /** The peer's quota of simultaneous connections is used up. */
  'forward.too-many',
  /** Another program on the peer listens on that port. */
  'forward.port-in-use',
  /** The peer's system forbids listening on that port, or doesn't have that address. */
  'forward.port-unavailable',
  /** The request is malformed. */
  'forward.params',
  /** The peer is offline, or was lost before the connection was established. */
  'forward.peer-away',
  'forward.failed',
] as const;
export type ConnectionCode = (typeof CONNECTION_CODES)[number];

/** Codes of a target that the peer was let through to, and that wasn't there. */
export const UNREACHABLE_CODES = [
  'forward.name',
  'forward.refused',
  'forward.timeout',
  'forward.host-unreachable',
  'forward.network-unreachable',
  'forward.failed',
] as const satisfies readonly ConnectionCode[];
export type UnreachableCode = (typeof UNREACHABLE_CODES)[number];
