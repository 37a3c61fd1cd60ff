import type { AppApiClient, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ensureRelay, namesAdmission } from '../../control/index.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import type { CommandContext, RelayFlags } from '../registry.ts';

/** A relay that does not come up within this is not waited for: there may be a direct path, ms. */
const PATIENCE = 5000;

/**
 * Before a peer is sought: the relay, where something says which or none is up yet. One that cannot be reached is told in a line and no
 * reason to give up, for a peer may be found where it was last.
 * @throws errors of `ensureRelay` that the person can mend
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
