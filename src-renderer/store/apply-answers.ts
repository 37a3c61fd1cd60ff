import type { AgentStatus, PeerView } from '#shared/app-api/index.ts';
import { addRoundTrip, addRoundTrips } from './round-trips.ts';
import { useApp } from './state.ts';

/** Stores the list of peers that the agent has sent, and appends their round trips. */
export function applyPeers(peers: readonly PeerView[]): void {
  useApp.setState(({ roundTrips }) => ({ peers, roundTrips: addRoundTrips(roundTrips, peers) }));
}

/**
 * Replaces one peer in the store by the view that the agent has sent. Used after a call that answers with a peer, before the event about it arrives.
 */
export function applyPeer(peer: PeerView): void {
  applyPeers(useApp.getState().peers.map((known) => (known.peerId === peer.peerId ? peer : known)));
}

/** Appends the round trip of a ping to the peer's measurements. @param rtt ms */
export function applyRoundTrip(peerId: string, rtt: number): void {
  useApp.setState(({ roundTrips }) => ({ roundTrips: addRoundTrip(roundTrips, peerId, rtt) }));
}

/** Stores the agent's status, and the relay's problem in it. */
export function applyStatus(status: AgentStatus): void {
  useApp.setState(({ relayProblem }) => ({ status, relayProblem: problemOf(status, relayProblem) }));
}

/** Returns the relay's problem to store; while an attempt to connect runs, the previous one stays. */
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
