import { ClawReachError } from '#shared/errors.ts';

/**
 * Returns the error to show for a failed attempt: a refusal with a pause was declined by a person, and names the time until which an equal request is
 * declined too; any other error is returned unchanged. Pure.
 * @param now ms since 1970
 */
export function declinedUntil(error: unknown, now: number): unknown {
  if (!(error instanceof ClawReachError) || error.code !== 'rights.denied') return error;
  const { retryAfter } = error.details;
  if (typeof retryAfter !== 'number') return error;
  return new ClawReachError('rights.declined', error.message, {
    cause: error,
    details: { until: now + retryAfter },
  });
}
