import type { PeerView } from '#shared/app-api/index.ts';

/** Age up to which a peer's answer counts as current, ms. The agent asks again at each link, at each change, and while a page measures. */
const RECENT = 180_000;

/** Returns what this device may do on a peer's machine, if the peer has confirmed it recently and can be reached. Pure. @param now ms since 1970 */
export function rightsThere(
  { rightsThere: named, online, suspendedSince }: Pick<PeerView, 'rightsThere' | 'online' | 'suspendedSince'>,
  now: number,
): NonNullable<PeerView['rightsThere']>['rights'] | undefined {
  if (named === undefined || !online || suspendedSince !== undefined) return undefined;
  return named.at < now - RECENT ? undefined : named.rights;
}

/**
 * Returns what this device may do on a peer's machine as `rightsThere` does, and also as an older answer says while the link stands on which the peer
 * tells each change. Pure. @param now ms since 1970
 */
export function currentRightsThere(
  peer: Pick<PeerView, 'rightsThere' | 'online' | 'suspendedSince' | 'linked'>,
  now: number,
): NonNullable<PeerView['rightsThere']>['rights'] | undefined {
  const known = peer.linked && peer.suspendedSince === undefined ? peer.rightsThere?.rights : undefined;
  return rightsThere(peer, now) ?? known;
}
