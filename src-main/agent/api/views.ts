import { RIGHTS, type AgentStatus, type Grant, type PeerView, type Right } from '#shared/app-api/index.ts';
import { safetyNumber, shortPeerId } from '#shared/identity/index.ts';
import type { PeerRecord } from '../peers/index.ts';
import type { AgentParts } from './parts.ts';

/** A peer as a user interface shows it. */
export function viewPeer(parts: AgentParts, record: PeerRecord): PeerView {
  const link = parts.network.link(record.peerId);
  const online = link !== undefined || parts.network.isOnline(record.peerId);
  return {
    peerId: record.peerId,
    name: record.name,
    shortId: shortPeerId(record.peerId),
    path: link === undefined ? (online ? 'relay' : 'offline') : link.path,
    online,
    linked: link !== undefined,
    rtt: link?.rtt ?? null,
    address: link?.address ?? (online ? parts.network.address : null),
    link: null,
    pathMode: 'auto',
    safetyNumber: safetyNumberOf(parts, record),
    rights: Object.fromEntries(RIGHTS.map((right) => [right, effectiveGrant(parts, record, right)])) as Record<
      Right,
      Grant
    >,
    pairedAt: record.pairedAt,
    lastSeenAt: record.lastSeenAt,
  };
}

/** The agent as a user interface shows it. */
export function viewStatus(parts: AgentParts): AgentStatus {
  const records = parts.peers.list();
  return {
    version: parts.version,
    pid: parts.pid,
    startedAt: parts.startedAt,
    profile: parts.profile,
    device: {
      name: parts.settings.value.deviceName,
      peerId: parts.identity.peerId,
      shortId: shortPeerId(parts.identity.peerId),
      generation: parts.identity.generation,
    },
    relay: parts.network.status,
    secretStore: parts.secretStore(),
    peers: {
      known: records.length,
      online: records.filter(({ peerId }) => parts.network.link(peerId) !== undefined || parts.network.isOnline(peerId))
        .length,
      linked: records.filter(({ peerId }) => parts.network.link(peerId) !== undefined).length,
    },
    terminals: { serving: parts.terminals.count, using: parts.channels.count },
    approvalsPending: parts.approvals.pendingCount,
  };
}

/** What counts now: a grant that has run out shows as undecided. */
function effectiveGrant(parts: AgentParts, record: PeerRecord, right: Right): Grant {
  const decision = parts.policy.decision(record.peerId, right);
  const stored = record.grants[right];
  return { decision, expiresAt: stored?.decision === decision ? stored.expiresAt : null };
}

/** Thousands of hash rounds each: remembered per key. */
const safetyNumbers = new Map<string, string>();

function safetyNumberOf(parts: AgentParts, record: PeerRecord): string {
  const key = `${parts.identity.peerId}${record.peerId}`;
  const known = safetyNumbers.get(key);
  if (known !== undefined) return known;
  const computed = safetyNumber(parts.crypto, parts.identity.signingKey, record.signingKey);
  safetyNumbers.set(key, computed);
  return computed;
}
