import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';

/** Lines of a stack that are kept. */
const MOST_LINES = 12;

/** What is logged of an error that nobody expected: where it came from, not its message, which may carry anything. */
export function describeUnexpected(error: unknown): Readonly<{ name: string; code: string; stack: readonly string[] }> {
  if (!(error instanceof Error)) return { name: typeof error, code: errorCode(error), stack: [] };
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { name: error.name, code: errorCode(error), stack: lines.slice(0, MOST_LINES).map((line) => line.trim()) };
}

/**
 * @param failed what nobody has caught has left the program in a state that nobody knows
 */
export function watchUnexpected(process: NodeJS.Process, logger: Logger, failed: () => void): void {
  process.on('unhandledRejection', (error) => {
    logger.error('a rejection that nobody handled', describeUnexpected(error));
  });
  process.on('uncaughtException', (error) => {
    logger.error('an error that nobody caught', describeUnexpected(error));
    failed();
  });
}
