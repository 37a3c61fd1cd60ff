import { ClawReachError } from '../errors.ts';

/** What can go wrong with a forward. Texts of all codes are in `src-shared/locales`. */
export class ForwardError extends ClawReachError {
  override readonly name = 'ForwardError';
}

/** Codes of a connection: what the far side, or the way to it, said. Each has one reply of SOCKS (RFC 1928 section 6) and one of HTTP. */
export const CONNECTION_CODES = [
  /** The peer's person does not allow this target. */
  'forward.denied',
  /** Nobody at the peer answered the request. */
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
  /** Where the peer was to listen: somebody else listens there. */
  'forward.port-in-use',
  /** Where the peer was to listen: its system does not let it, or has no such address. */
  'forward.port-unavailable',
  /** What was asked for cannot be read. */
  'forward.params',
  /** The peer is not there, or was lost before the connection stood. */
  'forward.peer-away',
  'forward.failed',
] as const;
export type ConnectionCode = (typeof CONNECTION_CODES)[number];
