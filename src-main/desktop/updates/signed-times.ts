import { join } from 'node:path';
import * as z from 'zod';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { JsonDocumentFile } from '#node/files/index.ts';
import type { SignedTimes } from './offer.ts';
import type { UpdatesOptions } from './updates.ts';
import { safeParse } from '#shared/safe-parse.ts';

const times = z.object({ stable: z.number().optional(), beta: z.number().optional() });

/**
 * Opens `updates.json` in the profile, which stores when accepted metadata was signed. If that fails, replayed metadata isn't detected after a
 * restart, but updates continue. Used by `Updates`, through `createUpdates`.
 */
export function openSignedTimes(profile: string, logger: Logger): UpdatesOptions['seen'] {
  const file = new JsonDocumentFile(join(profile, 'updates.json'));
  let known: SignedTimes = {};
  try {
    const { stable, beta } = safeParse(times, file.read()).data ?? {};
    known = { ...(stable === undefined ? {} : { stable }), ...(beta === undefined ? {} : { beta }) };
  } catch (error) {
    logger.warn('the signing times of updates cannot be read', { file: file.location, errorCode: errorCode(error) });
  }
  return {
    load: () => known,
    save: (next) => {
      if (next.stable === known.stable && next.beta === known.beta) return;
      known = next;
      try {
        file.write(next);
      } catch (error) {
        logger.warn('the signing times of updates cannot be saved', {
          file: file.location,
          errorCode: errorCode(error),
        });
      }
    },
  };
}
