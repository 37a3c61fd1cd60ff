import { isDeepStrictEqual } from 'node:util';
import type { AppConnection, AppHandlers, TargetPattern } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { ApprovalStore } from '../core/approvals/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import type { PeerBook } from '../peers/index.ts';
import { TargetError } from './errors.ts';
import type { PeerTargets } from './peer-targets.ts';
import type { ReservedPorts } from './reserved-ports.ts';
import { readPattern } from './pattern.ts';

type TargetHandlers = Pick<
  AppHandlers,
  'targets.set' | 'targets.list' | 'targets.protect' | 'targets.temporary' | 'targets.endTemporary'
>;

/**
 * Creates the handlers of the app API's `targets.*` calls: set and list the targets that a peer may reach through this device, and protect ports of
 * the caller from all peers while its connection lasts. Saves targets in the peer book, which ends connections that they no longer allow, ends what was approved for a while of removed targets, lets the
 * approval store ask about the peer again after "Decline", and writes the number of targets to the audit log.
 */
export function createTargetHandlers({
  peers,
  approvals,
  audit,
  clock,
  reservedPorts,
  targets: decided,
}: Readonly<{
  peers: PeerBook;
  approvals: ApprovalStore;
  audit: AuditLog;
  clock: Clock;
  reservedPorts: ReservedPorts;
  targets: Pick<PeerTargets, 'temporary' | 'endTemporary' | 'endRemoved'>;
}>): TargetHandlers {
  const claimed = new WeakMap<AppConnection, Set<number>>();
  return {
    'targets.set': async ({ peer, targets }) => {
      const { peerId, targets: before } = peers.find(peer);
      for (const target of targets) {
        readPattern(target);
        // An expired pattern that is saved already may be sent again with the others.
        const isNew = !before.some((known) => known.host === target.host && known.expiresAt === target.expiresAt);
        if (isNew && target.expiresAt !== null && target.expiresAt <= clock.now())
          throw new TargetError('target.expired', 'the target would end in the past');
      }
      const { name } = peers.setTargets(peerId, targets);
      const removed = before.filter((known) => !targets.some((kept) => isSamePattern(kept, known)));
      if (removed.length > 0) decided.endRemoved(peerId, removed);
      approvals.mayAskAgain(peerId, 'forward');
      audit.record('targets.changed', { peer: peerId, name, count: targets.length });
      return {};
    },
    'targets.list': async ({ peer }) => [...peers.find(peer).targets],
    'targets.temporary': async ({ peer }) => [...decided.temporary(peers.find(peer).peerId)],
    'targets.endTemporary': async ({ peer, target }) => {
      decided.endTemporary(peers.find(peer).peerId, target);
      return {};
    },
    'targets.protect': async ({ port }, { connection }) => {
      const ports = claimed.get(connection) ?? new Set();
      claimed.set(connection, ports);
      if (ports.has(port) || connection.closed.aborted) return {};
      ports.add(port);
      connection.closed.addEventListener('abort', reservedPorts.claim(port), { once: true });
      return {};
    },
  };
}

/** Reports whether two patterns name the same targets; their ends may differ. */
function isSamePattern(one: TargetPattern, other: TargetPattern): boolean {
  return isDeepStrictEqual({ ...one, expiresAt: null }, { ...other, expiresAt: null });
}
