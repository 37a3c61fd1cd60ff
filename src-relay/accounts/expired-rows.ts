import type { Kysely } from 'kysely';
import { PLATFORM_LIMITS } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';

/**
 * Deletes what has expired: one-time tokens, unanswered sign-ups, and sessions. None of it counts any more, so that nothing depends on when this runs.
 * @param now Unix ms
 */
export async function deleteExpired(transaction: Kysely<Database>, now: number): Promise<void> {
  await transaction.deleteFrom('one_time').where('expires_at', '<=', now).execute();
  await transaction.deleteFrom('sign_ups').where('expires_at', '<=', now).execute();
  await transaction
    .deleteFrom('account_sessions')
    .where((builder) =>
      builder.or([
        builder('expires_at', '<=', now),
        builder.and([builder('kind', '=', 'web'), builder('used_at', '<=', now - PLATFORM_LIMITS.sessionIdle)]),
      ]),
    )
    .execute();
}
