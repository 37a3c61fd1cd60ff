import type { Grant, PeerView, Right, RightDecision } from '#shared/app-api/index.ts';

/** Decisions for a right, in the order of the segments. */
export const DECISIONS: readonly RightDecision[] = ['allow', 'ask', 'deny'];

/** Reports whether a decision can have an end. `ask` can't: after any end, the machine asks. */
export function hasEnd(decision: RightDecision): boolean {
  return decision !== 'ask';
}

/** Reports whether a decision ends terminals or connections that the grant allows now. A change to `ask` or `deny` does. */
export function revokes(grant: Grant, decision: RightDecision): boolean {
  return decision !== 'allow' && decision !== grant.decision;
}

/** Reports whether a grant has an end after which the peer is still known. A browser and an introduced peer are forgotten at their own end. */
export function endsBeforePeer(
  { expiresAt }: Grant,
  { browser, introduced }: Pick<PeerView, 'browser' | 'introduced'>,
): boolean {
  if (expiresAt === null) return false;
  return expiresAt < Math.min(browser?.endsAt ?? Infinity, introduced?.endsAt ?? Infinity);
}

/** Returns the grant that a person has chosen: the one that waits until the pairing words are confirmed, or else the one that holds. */
export function chosenGrant({ pairing, rights }: Pick<PeerView, 'pairing' | 'rights'>, right: Right): Grant {
  return pendingGrant({ pairing }, right) ?? rights[right];
}

/** Returns the grant that starts once the pairing words are confirmed; undefined if none waits. */
export function pendingGrant({ pairing }: Pick<PeerView, 'pairing'>, right: Right): Grant | undefined {
  return pairing?.compared === false ? pairing.pending[right] : undefined;
}
