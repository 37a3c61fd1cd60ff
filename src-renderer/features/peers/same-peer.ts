import { RIGHTS, type PeerView } from '#shared/app-api/index.ts';

/** Whether two views would be drawn the same, so that a row is not drawn anew with each event. */
export function samePeer(left: PeerView, right: PeerView): boolean {
  return (
    left === right ||
    (left.peerId === right.peerId &&
      left.name === right.name &&
      left.path === right.path &&
      left.online === right.online &&
      left.linked === right.linked &&
      left.rtt === right.rtt &&
      left.address === right.address &&
      left.safetyNumber === right.safetyNumber &&
      left.pairedAt === right.pairedAt &&
      left.lastSeenAt === right.lastSeenAt &&
      RIGHTS.every(
        (name) =>
          left.rights[name].decision === right.rights[name].decision &&
          left.rights[name].expiresAt === right.rights[name].expiresAt,
      ))
  );
}
