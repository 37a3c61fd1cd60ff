import { interruptibleDelay } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import type { CommandContext } from '../registry.ts';

/** Delays before the agent is restarted, ms: longer each time it fails early. */
const DELAYS: readonly number[] = [1000, 3000, 10_000, 30_000, 60_000];
/** Run time after which earlier failures no longer count, ms. */
const STABLE = 60_000;
/** Exit codes after which restarting the agent wouldn't help. */
const FINAL: ReadonlySet<number> = new Set([EXIT.ok, EXIT.usage]);

/**
 * Runs the agent as another process and restarts it when it fails, for service managers that don't.
 * @returns its exit code after it ended without failing
 */
export async function watchAgent(context: CommandContext, words: readonly string[]): Promise<number> {
  const { host } = context;
  for (let failures = 0; ;) {
    const since = host.clock.monotonic();
    const code = await host.runAgain(words, host.interrupted);
    if (FINAL.has(code) || host.interrupted.aborted) return code;
    if (host.clock.monotonic() - since >= STABLE) failures = 0;
    const delay = DELAYS[Math.min(failures, DELAYS.length - 1)] ?? 0;
    failures += 1;
    await interruptibleDelay(context, delay);
    if (host.interrupted.aborted) return code;
  }
}
