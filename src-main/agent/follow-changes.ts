import type { PeerId } from '#shared/identity/index.ts';
import type { ViewBroadcaster } from './core/view-broadcaster.ts';
import type { AgentParts } from './api/index.ts';

/** What a change of the peers, of a right or of a request is for the other parts of an agent, and for whoever shows it. */
export function followChanges(parts: AgentParts, announcer: ViewBroadcaster): void {
  const { approvals, audit, discovery, forwards, network, peers, policy, shares } = parts;
  const unfinished = (peer: PeerId, name: string): void => {
    audit.record('peer.unfinished', { peer, name });
    announcer.unfinished(name);
  };
  for (const { peerId, name } of peers.takeLapsed()) {
    unfinished(peerId, name);
    void network.relay.memberships.remove(peerId);
  }
  peers.onChange((change) => {
    if (change.kind === 'removed') {
      if (change.unfinished !== undefined) unfinished(change.peerId, change.unfinished);
      void network.relay.memberships.remove(change.peerId);
      shares.forget(change.peerId);
      network.drop(change.peerId, 'peer.forgotten');
    }
    if (change.kind !== 'seen') {
      forwards.peerChanged(change.peerId, change.kind);
      discovery.changed();
      // They say whether its words were confirmed.
      announcer.announce('approvals');
    }
    announcer.announce('peers');
  });
  approvals.onChange(() => announcer.announce('approvals'));
  policy.onChange(({ peerId, right, decision }) => {
    const name = peers.get(peerId)?.name ?? '';
    const grant = peers.get(peerId)?.grants[right];
    audit.record('right.changed', { peer: peerId, name, right, decision, expiresAt: grant?.expiresAt ?? null });
    // Set by the person, not by ignoring or forgetting the peer.
    if (decision !== 'ask' && grant?.decision === decision) approvals.answerAll(peerId, right, decision);
  });
}
