import type { Logger, LogFields } from '#shared/logger.ts';

export type LogEntry = Readonly<{ level: string; message: string; fields: LogFields }>;

/** A logger that keeps its entries, unredacted: a test sees what the code itself left out. */
export function recordingLogger(): Readonly<{ logger: Logger; entries: LogEntry[] }> {
  const entries: LogEntry[] = [];
  const create = (more: LogFields): Logger => {
    const write =
      (level: string) =>
      (message: string, fields: LogFields = {}): void => {
        entries.push({ level, message, fields: { ...more, ...fields } });
      };
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => create({ ...more, ...fields }),
    };
  };
  return { logger: create({}), entries };
}
