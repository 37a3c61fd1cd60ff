import { join } from 'node:path';
import * as z from 'zod';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { JsonDocumentFile } from '#node/files/index.ts';
import type { RememberedRelay } from './hosted-relay-service.ts';
import { safeParse } from '#shared/safe-parse.ts';

const remembered = z.strictObject({
  on: z.boolean(),
  port: z.number().int().min(1).max(65_535),
  outside: z.boolean().optional(),
});

/**
 * Opens `hosted-relay.json` in the profile, which stores whether the hosted relay was on when the application ended, and at which port. Returns the
 * stored value, and a function that saves another one; a damaged file counts as off. Called by `startServices`, for `HostedRelayService`.
 */
export function openRememberedRelay(profile: string, logger: Logger) {
  const file = new JsonDocumentFile(join(profile, 'hosted-relay.json'));
  let value: RememberedRelay | undefined;
  try {
    value = safeParse(remembered, file.read()).data;
  } catch (error) {
    logger.warn('whether the relay was on cannot be read', { file: file.location, errorCode: errorCode(error) });
  }
  return {
    value,
    save: (relay: RememberedRelay): void => {
      try {
        file.write(relay);
      } catch (error) {
        logger.warn('whether the relay is on could not be saved', { file: file.location, errorCode: errorCode(error) });
      }
    },
  };
}
