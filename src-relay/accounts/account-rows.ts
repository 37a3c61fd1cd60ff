import type { Kysely, Selectable } from 'kysely';
import { PLATFORM_LIMITS, toUuid, type AccountView } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';
import { countPasskeys } from './passkeys/index.ts';
import { findPictureHash } from './pictures/index.ts';

/** Stored account. */
export type AccountRow = Selectable<Database['accounts']>;

/** Finds an account by its ID, 32 hexadecimal digits. */
export function findAccount(database: Kysely<Database>, id: string): Promise<AccountRow | undefined> {
  return database.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * Finds an account by its address.
 * @param email canonical form
 */
export function findAccountByEmail(database: Kysely<Database>, email: string): Promise<AccountRow | undefined> {
  return database.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirst();
}

/**
 * Adds an account, and deletes what no longer counts then: the link for the first account, and unanswered sign-ups with its address.
 * @returns the row; undefined if the address has an account
 */
export async function insertAccount(
  transaction: Kysely<Database>,
  account: Readonly<{ id: string; email: string; name: string; password: string | null; isVerified: boolean }>,
  now: number,
): Promise<AccountRow | undefined> {
  const row = await transaction
    .insertInto('accounts')
    .values({
      id: account.id,
      email: account.email,
      email_verified_at: account.isVerified ? now : null,
      name: account.name,
      password: account.password,
      second_factor: 0,
      created_at: now,
      disabled_at: null,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await transaction.deleteFrom('one_time').where('purpose', '=', 'setup').execute();
  await transaction.deleteFrom('sign_ups').where('email', '=', account.email).execute();
  return row;
}

/**
 * Returns an account as its own sessions see it.
 * @param strongAt time at which the session gave a password or passkey, Unix ms
 */
export async function viewAccount(
  database: Kysely<Database>,
  row: AccountRow,
  strongAt: number | undefined,
  now: number,
): Promise<AccountView> {
  return {
    id: toUuid(row.id),
    email: row.email,
    emailVerified: row.email_verified_at !== null,
    name: row.name,
    picture: await findPictureHash(database, row.id),
    hasPassword: row.password !== null,
    passkeys: await countPasskeys(database, row.id),
    secondFactor: row.second_factor === 1,
    createdAt: row.created_at,
    strongUntil:
      strongAt !== undefined && Math.abs(now - strongAt) < PLATFORM_LIMITS.stepUp
        ? strongAt + PLATFORM_LIMITS.stepUp
        : null,
  };
}
