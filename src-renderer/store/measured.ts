import type { PeerView } from '#shared/app-api/index.ts';
import { addRoundTrip, addRoundTrips } from './round-trips.ts';
import { useApp } from './state.ts';

/** The peers as the agent has just told them, on its own or as the answer to `peers.list`. */
export function applyPeers(peers: readonly PeerView[]): void {
  useApp.setState(({ roundTrips }) => ({ peers, roundTrips: addRoundTrips(roundTrips, peers) }));
}

/** The answer to one ping, ms. */
export function applyRoundTrip(peerId: string, rtt: number): void {
  useApp.setState(({ roundTrips }) => ({ roundTrips: addRoundTrip(roundTrips, peerId, rtt) }));
}
