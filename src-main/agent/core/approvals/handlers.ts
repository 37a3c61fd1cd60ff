import type { AppHandlers } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { setAgentGrant, type PeerBook } from '../../peers/index.ts';
import { newestThatFit } from '../newest-that-fit.ts';
import { RightsError, type RightsPolicy } from '../policy/index.ts';
import type { PrincipalBook } from '../principals/index.ts';
import type { AuditLog } from '../store/index.ts';
import { ApprovalError, type ApprovalScope, type ApprovalStore } from './store.ts';

/**
 * Creates the handlers of the app API that list peers' requests and decide on them. "Remember" also grants the right, or only the requested target
 * or messages to one agent, in the peer book; a duration grants the right until its end. Writes the audit log when a target is granted; the approval store writes each decision to it and saves it, and the peers module
 * writes a granted right.
 */
export function createApprovalHandlers(
  parts: Readonly<{
    approvals: ApprovalStore;
    audit: AuditLog;
    clock: Pick<Clock, 'now'>;
    peers: PeerBook;
    policy: RightsPolicy;
    principals: Pick<PrincipalBook, 'get'>;
  }>,
): Pick<AppHandlers, 'approvals.list' | 'approvals.decide' | 'approvals.askAgain'> {
  const { approvals, audit, clock, peers, policy, principals } = parts;
  return {
    'approvals.list': async ({ all }) => newestThatFit(approvals.list(all === true)),
    'approvals.askAgain': async ({ id }) => {
      approvals.askAgain(id);
      const decided = approvals.list(true).find((one) => one.id === id);
      if (decided?.state !== 'ignored' || decided.right === 'use-relay') return {};
      const record = principals.get(decided.peerId as PeerId);
      if (record?.ignoredRequests.includes(decided.right) === true) policy.set(record.peerId, decided.right, 'ask');
      return {};
    },
    'approvals.decide': async ({ id, decision, remember, duration, agentOnly, most, reason }) => {
      if (decision !== 'approve') return approvals.decide(id, decision, reason);
      const waiting = approvals.list().find((one) => one.id === id);
      const asker = waiting?.peerId as PeerId | undefined;
      const isLasting = remember === true || duration !== undefined;
      if (agentOnly === true && isLasting && waiting !== undefined && waiting.agent === undefined)
        throw new ApprovalError('approval.no-agent', 'this request names no agent', { details: { id } });
      if (most !== undefined && isLasting && waiting !== undefined && waiting.right !== 'send')
        throw new RightsError('rights.no-size', 'only sent files have a limit of size', {
          details: { right: waiting.right },
        });
      const only = agentOnly === true && isLasting ? waiting?.agent : undefined;
      const scope: ApprovalScope = {
        ...(only === undefined ? {} : { agentOnly: true }),
        ...(most === undefined || !isLasting ? {} : { most }),
      };
      // The setting for browsers would ask again all the same, and the person would believe otherwise.
      if (isLasting && asker !== undefined && !policy.mayRemember(asker))
        throw new ApprovalError('approval.browser-asks', 'browsers are asked about each time here', {
          details: { id },
        });
      const grantThis = approvals.remembering(id);
      if (duration !== undefined) {
        // An address is approved for an hour at most, and the right as a whole would reach all of them.
        if (remember === true || waiting?.right === 'forward')
          throw new ApprovalError('approval.no-duration', 'this request has no approval for a time', {
            details: { id },
          });
        const until = clock.now() + duration;
        const decided = approvals.decide(id, decision, reason, { ...scope, until });
        if (only !== undefined)
          setAgentGrant(parts, decided.peerId as PeerId, only, { decision: 'allow', expiresAt: until });
        else if (decided.right !== 'use-relay')
          policy.set(decided.peerId as PeerId, decided.right, 'allow', until, most);
        return decided;
      }
      const decided = approvals.decide(id, decision, reason, remember === true ? { ...scope, always: true } : {});
      if (remember !== true || decided.right === 'use-relay') return decided;
      if (only !== undefined)
        setAgentGrant(parts, decided.peerId as PeerId, only, { decision: 'allow', expiresAt: null });
      else if (grantThis === undefined) policy.set(decided.peerId as PeerId, decided.right, 'allow', null, most);
      else {
        grantThis();
        const record = peers.find(decided.peerId);
        audit.record('targets.changed', { peer: record.peerId, name: record.name, count: record.targets.length });
      }
      return decided;
    },
  };
}
