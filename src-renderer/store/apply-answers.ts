import type { AgentStatus, PeerView } from '#shared/app-api/index.ts';
import { addRoundTrip, addRoundTrips } from './round-trips.ts';
import { useApp } from './state.ts';

/** The peers as the agent has just told them, on its own or as the answer to `peers.list`. */
export function applyPeers(peers: readonly PeerView[]): void {
  useApp.setState(({ roundTrips }) => ({ peers, roundTrips: addRoundTrips(roundTrips, peers) }));
}

/** One peer as the agent has just told it, as the answer to a call that changed or asked for it. */
export function applyPeer(peer: PeerView): void {
  applyPeers(useApp.getState().peers.map((known) => (known.peerId === peer.peerId ? peer : known)));
}

/** The answer to one ping, ms. */
export function applyRoundTrip(peerId: string, rtt: number): void {
  useApp.setState(({ roundTrips }) => ({ roundTrips: addRoundTrip(roundTrips, peerId, rtt) }));
}

/** The state of the agent; an answer to a call that changed it is as good as its event. */
export function applyStatus(status: AgentStatus): void {
  useApp.setState(({ relayProblem }) => ({ status, relayProblem: problemOf(status, relayProblem) }));
}

/** A try that runs says nothing new, so what was wrong before still stands. */
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
