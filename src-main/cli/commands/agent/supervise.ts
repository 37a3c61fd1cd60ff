import { interruptibleDelay } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import type { CommandContext } from '../registry.ts';

/** Between two starts of an agent that has failed, ms: longer each time it fails at once. */
const DELAYS: readonly number[] = [1000, 3000, 10_000, 30_000, 60_000];
/** An agent that has run for so long has no failures behind it, ms. */
const STABLE = 60_000;
/** Trying again changes nothing about these. */
const FINAL: ReadonlySet<number> = new Set([EXIT.ok, EXIT.usage]);

/**
 * Runs the agent as another process and begins it anew when it has failed, where the system does not do that.
 * @returns its exit code when it has ended as it was asked to
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
