import type { RelayStatus } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { LinkError } from '#shared/link/index.ts';
import { forgottenError, type PeerError, type PeerRecord } from '../peers/index.ts';

/** Codes of failed dials that mean, without a relay, that nothing was found where the peer may be. */
const NOT_MET: ReadonlySet<string> = new Set([
  'relay.not-configured',
  'link.no-address',
  'direct.timeout',
  'direct.unreachable',
]);

/** Facts about a peer that couldn't be reached. */
export type UnmetPeer = Readonly<{
  record: PeerRecord | undefined;
  relay: RelayStatus['state'];
  /** True if an address is known at which the peer was dialed. */
  hasAddress: boolean;
  /** Time since which the peer is offline, ms since 1970; undefined if it was never seen. */
  since: number | undefined;
}>;

/**
 * Returns the error that names the cause of a failed dial: the peer has removed this device, isn't found in this network without a relay, or doesn't
 * answer in this network and is unknown at the relay. Undefined if the given error names its cause. Pure. Used by `Network.session`.
 */
export function explainUnmet(
  error: unknown,
  { record, relay, hasAddress, since }: UnmetPeer,
): LinkError | PeerError | undefined {
  const code = errorCode(error);
  if (record === undefined) return undefined;
  const isUnknownThere = code === 'relay.refused.unknown';
  const isUnanswered =
    NOT_MET.has(code) || code.startsWith('direct.') || isUnknownThere || code === 'relay.refused.offline';
  // Its removal is the cause, whatever is wrong with the relay, which it may have removed this device from, too.
  if (record.forgottenAt !== undefined && (isUnanswered || (code.startsWith('relay.') && code !== 'relay.aborted')))
    return forgottenError(record);
  if ((record.pathMode ?? 'auto') !== 'auto' || (record.via ?? []).length > 0) return undefined;
  const details = { name: record.name, ...(since === undefined ? {} : { since }) };
  if (relay === 'none' && NOT_MET.has(code))
    return new LinkError('link.not-found', 'the peer is not found in this network, and no relay is set up', {
      details,
      cause: error,
    });
  if (isUnknownThere && hasAddress)
    return new LinkError('link.not-here', 'the peer does not answer in this network, and the relay does not know it', {
      details,
      cause: error,
    });
  return undefined;
}
