import { RIGHTS, type LinkState, type PeerView } from '#shared/app-api/index.ts';

/**
 * Reports whether two views of a peer are equal apart from round trips. Then `PeerRow` isn't rendered again; the parts of a row that show a
 * measurement read it from the store themselves. Pure.
 */
export function sameButMeasured(left: PeerView, right: PeerView): boolean {
  return (
    left === right ||
    (left.peerId === right.peerId &&
      left.name === right.name &&
      left.system === right.system &&
      left.browser?.life === right.browser?.life &&
      left.introduced?.by === right.introduced?.by &&
      left.browser?.endsAt === right.browser?.endsAt &&
      left.facts?.os === right.facts?.os &&
      left.path === right.path &&
      left.online === right.online &&
      left.linked === right.linked &&
      left.atRelay === right.atRelay &&
      // A missing answer is a change of state, not a measurement.
      (left.rtt === null) === (right.rtt === null) &&
      left.pathMode === right.pathMode &&
      sameHops(left.pathVia, right.pathVia) &&
      left.own === right.own &&
      left.group === right.group &&
      left.favourite === right.favourite &&
      left.position === right.position &&
      sameLink(left.link, right.link) &&
      sameRoute(left.passage, right.passage) &&
      left.address === right.address &&
      (left.cards ?? []).join() === (right.cards ?? []).join() &&
      left.safetyNumber === right.safetyNumber &&
      left.pairedAt === right.pairedAt &&
      left.unfinishedUntil === right.unfinishedUntil &&
      left.suspendedSince === right.suspendedSince &&
      left.forgottenAt === right.forgottenAt &&
      left.forgottenBecause === right.forgottenBecause &&
      samePairing(left.pairing, right.pairing) &&
      left.lastSeenAt === right.lastSeenAt &&
      RIGHTS.every(
        (name) =>
          left.rights[name].decision === right.rights[name].decision &&
          left.rights[name].expiresAt === right.rights[name].expiresAt,
      ))
  );
}

function samePairing(left: PeerView['pairing'], right: PeerView['pairing']): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

function sameHops(left: PeerView['pathVia'], right: PeerView['pathVia']): boolean {
  return (
    left.length === right.length &&
    left.every(({ peerId, name }, index) => peerId === right[index]?.peerId && name === right[index].name)
  );
}

function sameRoute(left: PeerView['passage'], right: PeerView['passage']): boolean {
  const [one, other] = [left?.failure, right?.failure];
  return (
    left?.asking === right?.asking &&
    one?.code === other?.code &&
    one?.hop === other?.hop &&
    one?.before === other?.before &&
    one?.since === other?.since
  );
}

/**
 * Compares two links. A link's history changes only at its end (at most 20 entries, the oldest dropped), so its length and the time of its last entry
 * identify it.
 */
function sameLink(left: LinkState | null, right: LinkState | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.state === right.state &&
    left.since === right.since &&
    left.retryAt === right.retryAt &&
    left.via === right.via &&
    left.hops.length === right.hops.length &&
    left.hops.every(({ name, lost }, index) => name === right.hops[index]?.name && lost === right.hops[index].lost) &&
    left.why === right.why &&
    left.history.length === right.history.length &&
    left.history.at(-1)?.at === right.history.at(-1)?.at
  );
}
