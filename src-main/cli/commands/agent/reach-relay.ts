import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { chooseRelay, ensureRelay, namesAdmission } from '../../control/index.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import type { CommandContext, RelayFlags } from '../registry.ts';

/** Longest wait for the relay, ms. After that the command continues, since a direct path may exist. */
const RELAY_TIMEOUT = 5000;

/**
 * Makes sure that the agent is connected to its relay before a command contacts a peer. Used by the commands that accept `--relay` and talk to a
 * peer, such as `connect` and `ping`. May change the agent's relay settings and ask the person, as `ensureRelay` does. If the relay can't be reached,
 * prints a line and returns, because the agent may still reach the peer directly; if it wants a token, asks for that only if the peer doesn't answer
 * directly. Returns at once for a peer that is linked. Does the same,
 * if the options name no relay, admission token or pin, for one that is direct only, and where no relay is set.
 * @throws errors of `ensureRelay`; an unreachable relay only if the options name a relay, admission token or pin, or after an interruption
 */
export async function reachRelay(
  context: CommandContext,
  client: AppApiClient,
  options: RelayFlags,
  peer: PeerView,
): Promise<void> {
  const isNamed = options.relay !== undefined || namesAdmission(options) || options.pin !== undefined;
  if (peer.linked || (peer.pathMode === 'direct-only' && !isNamed)) return;
  const { relay } = await client.call('status.get', {}, { signal: context.host.interrupted });
  const isWithout = chooseRelay(options, context.host.variables, relay.url).from === 'nowhere';
  // Machines of one network need none: the agent looks for the peer there, and its error names a relay as the next step.
  if (isWithout && !isNamed) return;
  try {
    await ensureRelay(context, client, options, {
      timeout: RELAY_TIMEOUT,
      reachWithout: () => answers(context, client, peer),
    });
  } catch (error) {
    const passes = error instanceof ClawReachError && exitCodeOf(error.code) === EXIT.relayUnreachable;
    const isOnlyWay = peer.pathMode === 'relay-only';
    if (!passes || isNamed || isOnlyWay || context.host.interrupted.aborted) throw error;
    context.reporter.note(
      context.reporter.noteStyle.yellow(`Can't reach the relay. Trying a direct connection…  [${error.code}]`),
    );
  }
}

/** Reports whether the peer answers without the relay. */
async function answers({ host, reporter }: CommandContext, client: AppApiClient, peer: PeerView): Promise<boolean> {
  reporter.progress('Trying a direct connection…');
  try {
    await client.call('peers.ping', { peer: peer.peerId, timeout: RELAY_TIMEOUT }, { signal: host.interrupted });
    return true;
  } catch (error) {
    if (host.interrupted.aborted) throw error;
    return false;
  } finally {
    reporter.clearProgress();
  }
}
