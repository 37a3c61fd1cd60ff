import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';

/** Lines of a stack that are kept. */
const MOST_LINES = 12;

/** Describes an unexpected error for the log by its origin, without its message, which may contain anything. */
export function describeUnexpected(error: unknown): Readonly<{ name: string; code: string; stack: readonly string[] }> {
  if (!(error instanceof Error)) return { name: typeof error, code: errorCode(error), stack: [] };
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { name: error.name, code: errorCode(error), stack: lines.slice(0, MOST_LINES).map((line) => line.trim()) };
}

/**
 * Watches for uncaught errors and unhandled rejections, after which the program is in an unknown state and must end.
 * @param failed called once; should end the process soon, in order if still possible
 * @returns stops watching
 */
export function watchUnexpected(
  process: Pick<NodeJS.Process, 'on' | 'off'>,
  logger: Logger,
  failed: () => void,
): () => void {
  let hasFailed = false;
  const watch = (message: string) => (error: unknown) => {
    const { name, code, stack } = describeUnexpected(error);
    logger.error(message, { error: name, errorCode: code, stack });
    if (hasFailed) return;
    hasFailed = true;
    failed();
  };
  const rejection = watch('a rejection that nobody handled');
  const exception = watch('an error that nobody caught');
  process.on('unhandledRejection', rejection);
  process.on('uncaughtException', exception);
  return () => {
    process.off('unhandledRejection', rejection);
    process.off('uncaughtException', exception);
  };
}
