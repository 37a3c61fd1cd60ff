import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '#shared/logger.ts';
import { createLogger, LOG_LEVELS } from '#node/logging/index.ts';

/** What others can make the application write: below 100 MB a day. */
const LOG_BUDGET = { burst: 2000, perSecond: 3 };
/** `application.log`, `.1` and `.2`. */
const ROTATION = { largest: 5 * 1024 * 1024, kept: 2 };

/**
 * The log of the application: `application.log` in the profile, and the terminal where it is run from sources.
 * @param profile exists
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

/** A log that cannot be written is no reason not to start. */
function prepare(file: string): boolean {
  try {
    closeSync(openSync(file, 'a', 0o600));
    return true;
  } catch {
    return false;
  }
}
