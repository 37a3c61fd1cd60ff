import { interruptibleDelay } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import type { CommandContext } from '../registry.ts';

/** Delays before the agent is restarted, ms. Each early failure in a row uses the next one. */
const DELAYS: readonly number[] = [1000, 3000, 10_000, 30_000, 60_000];
/** Run time after which earlier failures are forgotten, ms. */
const STABLE = 60_000;
/** Exit codes after which the agent isn't restarted. */
const FINAL: ReadonlySet<number> = new Set([EXIT.ok, EXIT.usage]);

/**
 * Runs the agent as a child process, which writes to the same terminal, and restarts it when it fails. An interrupt ends the child. Prints nothing
 * itself. Used by `clawreach run` under the Windows task scheduler, which ignores exit codes; other service managers restart the agent themselves.
 * @param words command line of the child process, without the program
 * @returns the child's exit code, once it is one of `FINAL` or this command was interrupted
 */
export async function superviseAgent(context: CommandContext, words: readonly string[]): Promise<number> {
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
