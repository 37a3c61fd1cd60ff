import { MOST_HOPS, RIGHTS, type Grant, type LinkState, type PeerView, type Right } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { LinkView, RouteFailure, RouteStatus } from '../links/index.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import type { RightsPolicy } from '../core/policy/index.ts';
import type { Network } from '../network/index.ts';
import type { KnownFacts } from './measured/known-facts.ts';
import type { PeerBook } from './peer-book.ts';
import type { PeerRecord } from './peer-record.ts';
import { safetyNumberOf, type SafetyNumberParts } from './safety-numbers.ts';

/** Modules and keys from which a peer's view is made. */
export type PeerViewParts = SafetyNumberParts &
  Readonly<{ clock: Clock; network: Network; peers: PeerBook; policy: RightsPolicy; facts: KnownFacts }>;

/**
 * Returns a peer as windows and commands show it: the stored record with the current state of its link. Used by the peers module, for its answers and
 * events. Reads other modules' state, changes none.
 */
export function viewPeer(parts: PeerViewParts, record: PeerRecord): PeerView {
  const { network } = parts;
  const link = network.link(record.peerId);
  const running = link?.state === 'reconnecting' ? undefined : link;
  const online = network.isReachable(record.peerId);
  return {
    peerId: record.peerId,
    name: record.name,
    ...(record.system === null ? {} : { system: record.system }),
    ...viewFacts(parts, record.peerId),
    ...viewRightsThere(parts, record.peerId),
    ...(record.browser === undefined ? {} : { browser: { ...record.browser } }),
    ...viewIntroduction(parts, record),
    ...(record.cards === undefined ? {} : { cards: [...record.cards] }),
    shortId: shortPeerId(record.peerId),
    path: running?.path ?? pathOfIdle(parts, record.peerId),
    online,
    linked: running !== undefined,
    ...(network.isAtRelay(record.peerId) ? { atRelay: true as const } : {}),
    rtt: link?.rtt ?? null,
    address:
      running?.address ??
      (network.isAtRelay(record.peerId) ? network.relay.address : (network.addressInLan(record.peerId) ?? null)),
    ...viewLastDial(network.lastDirectDial(record.peerId)),
    link: link === undefined ? null : viewLink(parts, link),
    pathMode: record.pathMode,
    pathVia: record.via.map((peerId) => ({ peerId, name: nameOf(parts, peerId) })),
    ...viewRouteStatus(parts, network.routeStatus(record.peerId)),
    own: record.own,
    safetyNumber: safetyNumberOf(parts, record),
    rights: Object.fromEntries(RIGHTS.map((right) => [right, effectiveGrant(parts, record, right)])) as Record<
      Right,
      Grant
    >,
    ...viewAgents(parts, record),
    ...(record.folders === undefined ? {} : { folders: record.folders.map((folder) => ({ ...folder })) }),
    ...viewPairing(record),
    ...(record.terminalProfile === undefined ? {} : { terminalProfile: { ...record.terminalProfile } }),
    ...(record.group === null ? {} : { group: record.group }),
    ...(record.favourite ? { favourite: true as const } : {}),
    ...(record.position === null ? {} : { position: record.position }),
    ...(record.usedAt === null ? {} : { usedAt: record.usedAt }),
    pairedAt: record.pairedAt,
    lastSeenAt: lastSeenAt(record, link),
  };
}

/** Returns the facts that the peer has named, with the time of its start instead of a duration. */
function viewFacts({ facts }: PeerViewParts, peerId: PeerId): Pick<PeerView, 'facts'> {
  const known = facts.of(peerId);
  if (known === undefined) return {};
  const { at } = known;
  const { os, version, up, user, address } = known.facts;
  return {
    facts: {
      at: Math.round(at),
      ...(os === undefined ? {} : { os }),
      ...(version === undefined ? {} : { version }),
      ...(up === undefined ? {} : { startedAt: Math.round(at) - up * 1000 }),
      ...(user === undefined ? {} : { user }),
      ...(address === undefined ? {} : { address }),
    },
  };
}

/** Returns the decisions about messages to single agents that haven't ended. */
function viewAgents({ clock }: PeerViewParts, { agents = [] }: PeerRecord): Pick<PeerView, 'agents'> {
  const held = agents.filter(({ expiresAt }) => expiresAt === null || expiresAt > clock.now());
  return held.length === 0 ? {} : { agents: held.map((grant) => ({ ...grant })) };
}

/** Returns who has introduced the peer, and what it may hand on itself. */
function viewIntroduction(
  parts: PeerViewParts,
  { introduced, handsOn }: PeerRecord,
): Pick<PeerView, 'introduced' | 'handsOn'> {
  return {
    ...(introduced === undefined ? {} : { introduced: { ...introduced, byName: nameOf(parts, introduced.by) } }),
    ...(handsOn === undefined ? {} : { handsOn: [...handsOn] }),
  };
}

/** Returns what this device may do on the peer's machine, as far as the peer has named it. */
function viewRightsThere(
  { facts }: PeerViewParts,
  peerId: PeerId,
): Pick<PeerView, 'rightsThere' | 'browserThere' | 'comparedThere'> {
  const known = facts.rightsAt(peerId);
  if (known === undefined) return {};
  const rights = RIGHTS.flatMap((right) => {
    const decision = known.rights[right];
    return decision === undefined ? [] : [[right, decision] as const];
  });
  const ends = rights.flatMap(([right]) => {
    const end = known.ends?.[right];
    return end === undefined ? [] : [[right, end] as const];
  });
  return {
    rightsThere: {
      at: Math.round(known.at),
      rights: Object.fromEntries(rights),
      ...(ends.length === 0 ? {} : { ends: Object.fromEntries(ends) }),
    },
    ...(known.browser === undefined ? {} : { browserThere: { ...known.browser } }),
    ...(known.compared === true ? { comparedThere: true as const } : {}),
  };
}

/** Returns the kind of path that a peer without a link would probably use; `offline` if it can't be reached now. */
function pathOfIdle({ network }: PeerViewParts, peerId: PeerId): PeerView['path'] {
  if (network.isAtRelay(peerId)) return 'relay';
  return network.isConfirmedInLan(peerId) ? 'direct' : 'offline';
}

/** A minute, ms. */
const MINUTE = 60_000;

/** Returns the time of the peer's last answer; in whole minutes while its link works, so that views of it rarely differ. */
function lastSeenAt(record: PeerRecord, link: LinkView | undefined): number | null {
  const answeredAt = link?.answeredAt ?? null;
  if (answeredAt === null) return record.lastSeenAt;
  const works = link?.state === 'up' && link.rtt !== undefined;
  return Math.max(works ? answeredAt - (answeredAt % MINUTE) : answeredAt, record.lastSeenAt ?? 0);
}

function viewPairing({
  pairing,
  provisionalUntil,
  departure,
  forgottenAt,
  forgottenBecause,
}: PeerRecord): Pick<PeerView, 'pairing' | 'unfinishedUntil' | 'suspendedSince' | 'forgottenAt' | 'forgottenBecause'> {
  return {
    ...(forgottenAt === undefined ? {} : { forgottenAt }),
    ...(forgottenAt === undefined || forgottenBecause === undefined ? {} : { forgottenBecause }),
    ...(departure?.readmitted === false ? { suspendedSince: departure.reportedAt } : {}),
    ...(pairing === null
      ? {}
      : { pairing: { words: [...pairing.words], compared: pairing.compared, pending: { ...pairing.pending } } }),
    ...(provisionalUntil === null ? {} : { unfinishedUntil: provisionalUntil }),
  };
}

function viewLastDial(tried: PeerView['tried']): Pick<PeerView, 'tried'> {
  return tried === undefined ? {} : { tried };
}

function viewRouteStatus(parts: PeerViewParts, status: RouteStatus | undefined): Pick<PeerView, 'passage'> {
  if (status === undefined) return {};
  const { asking, failure } = status;
  return {
    passage: {
      asking: asking === null ? null : nameOf(parts, asking),
      failure: failure === null ? null : viewFailure(parts, failure),
    },
  };
}

function viewFailure({ network }: PeerViewParts, failure: RouteFailure): NonNullable<PeerView['passage']>['failure'] {
  const { code, hop, hopId, before, message } = failure;
  const since = hopId === undefined ? undefined : network.offlineSince(hopId);
  return {
    code,
    ...(hop === undefined ? {} : { hop }),
    ...(before === undefined ? {} : { before }),
    ...(since === undefined ? {} : { since }),
    message,
  };
}

function viewLink(parts: PeerViewParts, link: LinkView): LinkState {
  const { state, since, retryAt, why, whyNotUdp, times, udp, history } = link;
  const hops = link.hops
    .slice(0, MOST_HOPS)
    .map(({ peerId, rtt, lost }) => ({ name: nameOf(parts, peerId), rtt: rtt ?? null, lost }));
  const via = hops.length === 0 ? null : hops.map(({ name }) => name).join(' → ');
  return {
    state,
    since,
    retryAt,
    via,
    hops,
    why,
    ...(udp ? { udp } : {}),
    ...(whyNotUdp === null ? {} : { whyNotUdp }),
    ...(times === null ? {} : { times }),
    history: [...history],
  };
}

/** Returns the name of a peer; its short ID if the peer was removed. */
function nameOf({ peers }: PeerViewParts, peerId: PeerId): string {
  return peers.get(peerId)?.name ?? shortPeerId(peerId);
}

/** Returns the decision on a right that applies now, with its end and limit. An expired decision counts as `ask`. */
function effectiveGrant(parts: PeerViewParts, record: PeerRecord, right: Right): Grant {
  const decision = parts.policy.decision(record.peerId, right);
  const stored = record.grants[right];
  return stored?.decision === decision ? { ...stored } : { decision, expiresAt: null };
}
