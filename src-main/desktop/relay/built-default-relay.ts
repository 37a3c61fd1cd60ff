import { readDefaultRelay, type DefaultRelay } from '#shared/app-api/index.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';

/** Text of `build/default-relay.json`, inserted by the build; undefined when run from sources. */
declare const CLAWREACH_DEFAULT_RELAY: string | undefined;

/** Returns the relay that this build suggests; null if it suggests none, or an invalid one, which is logged. */
export function builtDefaultRelay(logger: Logger): DefaultRelay | null {
  try {
    return typeof CLAWREACH_DEFAULT_RELAY === 'string' ? readDefaultRelay(CLAWREACH_DEFAULT_RELAY) : null;
  } catch (error) {
    logger.warn('the relay that this build suggests is invalid', { error: errorMessage(error) });
    return null;
  }
}
