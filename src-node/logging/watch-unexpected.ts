import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';

/** Limit of stack lines that are logged. */
const MOST_LINES = 12;

/** Describes an unexpected error for the log by its name, code and stack, without its message, which may contain anything. */
export function describeUnexpected(error: unknown): Readonly<{ name: string; code: string; stack: readonly string[] }> {
  if (!(error instanceof Error)) return { name: typeof error, code: errorCode(error), stack: [] };
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { name: error.name, code: errorCode(error), stack: lines.slice(0, MOST_LINES).map((line) => line.trim()) };
}

/**
 * Listens for uncaught errors and unhandled rejections of the process and logs them. Called once at the start of `clawreach run` and of the
 * application. After such an error, the program is in an unknown state and must end.
 * @param failed called once; should end the process soon, cleanly if possible
 * @returns a function that stops listening
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
  const rejection = watch('unhandled rejection');
  const exception = watch('uncaught error');
  process.on('unhandledRejection', rejection);
  process.on('uncaughtException', exception);
  return () => {
    process.off('unhandledRejection', rejection);
    process.off('uncaughtException', exception);
  };
}
