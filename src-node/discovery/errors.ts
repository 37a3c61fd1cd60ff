import { ClawReachError } from '#shared/errors.ts';

/**
 * Error of LAN discovery. Codes: `discovery.port` (the port of multicast DNS can't be opened); thrown by the agent's discovery service:
 * `discovery.off` (turned off in the settings), `discovery.unavailable` (the local network can't be searched).
 */
export class DiscoveryError extends ClawReachError {
  override readonly name = 'DiscoveryError';
}
