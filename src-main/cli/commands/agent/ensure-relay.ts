import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ensureRelay, namesAdmission } from '../../control/index.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import type { CommandContext, RelayFlags } from '../registry.ts';

/** Longest wait for the relay, ms. The command continues without it, since there may be a direct path. */
const PATIENCE = 5000;

/**
 * Connects to the relay before a peer is looked for. Prints a line if the relay can't be reached and returns normally,
 * since the peer may still be found at its last address.
 * @throws errors of `ensureRelay` that the person can fix
 */
export async function reachRelay(
  context: CommandContext,
  client: AppApiClient,
  options: RelayFlags,
  peer: PeerView,
): Promise<void> {
  const isNamed = options.relay !== undefined || namesAdmission(options) || options.pin !== undefined;
  if (peer.linked || (peer.pathMode === 'direct-only' && !isNamed)) return;
  try {
    await ensureRelay(context, client, options, { timeout: PATIENCE });
  } catch (error) {
    const passes = error instanceof ClawReachError && exitCodeOf(error.code) === EXIT.relayUnreachable;
    if (!passes || isNamed || context.host.interrupted.aborted) throw error;
    context.reporter.note(
      context.reporter.noteStyle.yellow(`The relay cannot be reached; trying a direct way.  [${error.code}]`),
    );
  }
}
