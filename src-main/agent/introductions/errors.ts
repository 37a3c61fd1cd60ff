import { ClawReachError } from '#shared/errors.ts';

/** Error with a code `introduction.*`; `src-shared/locales` has their texts. */
export class IntroductionError extends ClawReachError {
  override readonly name = 'IntroductionError';
}
