import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ProblemError } from '../../errors.ts';
import { formatTime } from '../../output/index.ts';
import { peerName, peerWord } from './peer-format.ts';

/** States of this machine's relay in which it can't tell whether another machine is online. */
const BLIND: ReadonlySet<string> = new Set(['connecting', 'waiting', 'failed', 'stopped']);

/**
 * Returns the error of a machine that can't be reached at all: that it is offline, or that the choice of its path is the reason. The usual next step
 * relies on the relay, which has failed too by then. Returns other errors unchanged. Asks the agent how the machine stands now.
 * @param now Unix time, ms
 */
export async function explainUnreachable(
  client: AppApiClient,
  error: unknown,
  before: PeerView,
  now: number,
): Promise<unknown> {
  if (!(error instanceof ClawReachError) || !isPathFailure(error.code)) return error;
  const { code } = error;
  const [peer, relay] = await Promise.all([
    client.call('peers.get', { peer: before.peerId }).catch(() => before),
    client.call('status.get', {}).then(
      ({ relay: { state } }) => state,
      () => 'failed' as const,
    ),
  ]);
  const name = peerName(peer);
  const explained = (hint: string): ProblemError => {
    const details = Object.entries(error.details).map(([key, value]) => [key, String(value)] as const);
    return new ProblemError(code, Object.fromEntries(details), hint, { isDropped: true });
  };
  if (peer.pathMode === 'direct-only' && isDirectFailure(code))
    return explained(
      `You allowed only direct paths to ${name}. To use the relay: \`clawreach path ${peerWord(peer)} --mode auto\`.\n` +
        'Otherwise put both on one network, or open TCP port 7473 on one.',
    );
  if (BLIND.has(relay))
    return explained(
      `This machine isn't connected to its relay either, so it can't reach ${name}. See: \`clawreach status\``,
    );
  if (!peer.online)
    return new ProblemError('peer.offline', { name, seen: formatTime(peer.lastSeenAt ?? peer.pairedAt, now) });
  return code === 'relay.refused.offline'
    ? error
    : explained(`The relay didn't connect to ${name} either. Check its network, and run \`clawreach diagnose\` there.`);
}

/** Tells whether a code is about having no path. */
function isPathFailure(code: string): boolean {
  return /^(?:direct|udp)\./.test(code) || code === 'relay.refused.offline' || code === 'link.no-way';
}

/** Tells whether a code is about a direct connection that another network, port or firewall would allow. */
function isDirectFailure(code: string): boolean {
  return ['direct.connection-refused', 'direct.unreachable', 'direct.timeout'].includes(code);
}
