import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '#shared/logger.ts';
import { createLogger, LOG_LEVELS } from '#node/logging/index.ts';

/** Limit of log lines that peers or pages can cause: below 100 MB a day. */
const LOG_BUDGET = { burst: 2000, perSecond: 3 };
/** Rotation of `application.log`: its largest size in bytes, and the number of older files. */
const ROTATION = { maxBytes: 5 * 1024 * 1024, olderFiles: 2 };

/**
 * Opens the application's log: `application.log` in the profile, which is rotated, or stderr when run from sources or if the file can't be written.
 * Called once by `main.ts`.
 * @param profile existing directory
 */
export function openApplicationLog(profile: string, level: string | undefined, developer: boolean): Logger {
  const file = join(profile, 'application.log');
  const isWritable = prepare(file);
  return createLogger({
    name: 'clawreach',
    level: LOG_LEVELS.find((known) => known === level) ?? 'info',
    destination: developer || !isWritable ? 'stderr' : { file, rotation: ROTATION },
    budget: LOG_BUDGET,
  });
}

/** Prepares the log file; returns false if it can't be written, since the application starts all the same. */
function prepare(file: string): boolean {
  try {
    closeSync(openSync(file, 'a', 0o600));
    return true;
  } catch {
    return false;
  }
}
