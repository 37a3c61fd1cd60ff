import type { Grant } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { ApprovalStore } from '../core/approvals/index.ts';
import { RightsError, type RightsPolicy } from '../core/policy/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import type { PeerBook } from './peer-book.ts';

/**
 * Sets the decision about messages of a peer to one agent of this device; undefined removes it. Writes it to the audit log, and answers the requests that
 * it decides.
 * @throws {RightsError} `rights.expired`; errors of `PeerBook.setAgent`
 */
export function setAgentGrant(
  {
    approvals,
    audit,
    clock,
    peers,
    policy,
  }: Readonly<{
    approvals: Pick<ApprovalStore, 'decided'>;
    audit: Pick<AuditLog, 'record'>;
    clock: Pick<Clock, 'now'>;
    peers: PeerBook;
    policy: RightsPolicy;
  }>,
  peerId: PeerId,
  agent: string,
  grant: Grant | undefined,
): void {
  if (grant !== undefined && grant.expiresAt !== null && grant.expiresAt <= clock.now())
    throw new RightsError('rights.expired', 'the right would end in the past', { details: { right: 'message' } });
  const { name } = peers.setAgent(peerId, agent, grant);
  audit.record('right.agent', {
    peer: peerId,
    name,
    agent,
    decision: grant?.decision ?? 'none',
    expiresAt: grant?.expiresAt ?? null,
  });
  const decision = policy.decision(peerId, 'message', agent);
  if (decision !== 'ask')
    approvals.decided(peerId, 'message', decision === 'allow' ? 'approved' : 'denied', (one) => one === agent);
}
