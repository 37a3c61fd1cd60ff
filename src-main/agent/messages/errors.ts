import { ClawReachError } from '#shared/errors.ts';

/** Error with a code `message.*` or `local-agent.*`; `src-shared/locales` has their texts. */
export class MessageError extends ClawReachError {
  override readonly name = 'MessageError';
}
