import { constants } from 'node:os';
import { InterruptedError } from './errors.ts';
import { exitCodeOf } from './exit-codes.ts';
import type { Host } from './host/index.ts';
import { describeError, renderFailure, Reporter } from './output/index.ts';

/**
 * Prints why a command failed, as text or JSON on stderr. Interruptions print nothing as text. Called for every error that ends a command.
 * @param words the command line up to `--`, to see whether it has `--json`
 * @returns the exit code
 */
export function report(error: unknown, words: readonly string[], host: Host): number {
  const interruption = interruptionOf(error, host);
  const json = words.includes('--json');
  const reporter = new Reporter({ stdout: host.stdout, stderr: host.stderr, variables: host.variables, json });
  if (interruption !== undefined) {
    const code = 128 + constants.signals[interruption.signal];
    if (json) reporter.failure([], { error: { code: 'interrupted', signal: interruption.signal } });
    return code;
  }
  const failure = describeError(error);
  reporter.failure(renderFailure(failure, reporter.noteStyle), { error: failure });
  return exitCodeOf(failure.code);
}

/** Returns the interruption that caused the error. After Ctrl-C, every error counts as caused by it. */
function interruptionOf(error: unknown, { interrupted }: Host): InterruptedError | undefined {
  if (error instanceof InterruptedError) return error;
  if (!interrupted.aborted) return undefined;
  return interrupted.reason instanceof InterruptedError ? interrupted.reason : new InterruptedError();
}
