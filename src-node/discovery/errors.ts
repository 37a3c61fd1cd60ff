import { ClawReachError } from '#shared/errors.ts';

/** Error of LAN discovery. Code: `discovery.port` (the port of multicast DNS can't be opened). */
export class DiscoveryError extends ClawReachError {
  override readonly name = 'DiscoveryError';
}
