import packageJson from '../../package.json' with { type: 'json' };
import { createDetachedHosts, PtyHostBackend } from '#agent/index.ts';
import type { Logger } from '#shared/logger.ts';
import { systemClock } from '#node/clock/index.ts';

/**
 * Ends the terminals that an ended agent of this profile left running. Finds the PTY hosts in the profile, tells each host to end, kills one that
 * hasn't ended after 3 s, and removes the hosts' files. Hosts that don't answer within 3 s, or speak another version of the host protocol, are left
 * alone. Used by `clawreach stop`, only while no agent runs.
 * @returns the number of terminals
 */
export async function endDetachedTerminals(profile: string, logger: Logger): Promise<number> {
  let ended = 0;
  const backend = new PtyHostBackend({
    clock: systemClock,
    logger,
    detached: createDetachedHosts(profile, packageJson.version, logger),
    launch: () => {
      throw new Error('nothing is opened here');
    },
  });
  await backend.takeOver(() => {
    ended += 1;
    return undefined;
  });
  await backend.close('end');
  return ended;
}
