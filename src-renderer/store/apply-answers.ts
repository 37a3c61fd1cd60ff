import type { AgentStatus, PeerView } from '#shared/app-api/index.ts';
import { addRoundTrip, addRoundTrips } from './round-trips.ts';
import { useApp } from './state.ts';

/** Stores the peers that the agent has sent, and their round trips. */
export function applyPeers(peers: readonly PeerView[]): void {
  useApp.setState(({ roundTrips }) => ({ peers, roundTrips: addRoundTrips(roundTrips, peers) }));
}

/** Stores one peer that the agent has sent. */
export function applyPeer(peer: PeerView): void {
  applyPeers(useApp.getState().peers.map((known) => (known.peerId === peer.peerId ? peer : known)));
}

/** Stores the round trip of one ping, ms. */
export function applyRoundTrip(peerId: string, rtt: number): void {
  useApp.setState(({ roundTrips }) => ({ roundTrips: addRoundTrip(roundTrips, peerId, rtt) }));
}

/** Stores the agent's status, and the relay's problem. */
export function applyStatus(status: AgentStatus): void {
  useApp.setState(({ relayProblem }) => ({ status, relayProblem: problemOf(status, relayProblem) }));
}

/** Returns the relay's problem; during an attempt the previous one stays. */
function problemOf({ relay }: AgentStatus, before: string | null): string | null {
  switch (relay.state) {
    case 'connecting':
      return before;
    case 'failed':
    case 'waiting':
      return relay.problem ?? before;
    case 'none':
    case 'online':
    case 'stopped':
      return null;
  }
}
