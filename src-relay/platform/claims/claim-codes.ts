import type { Kysely } from 'kysely';
import { CROCKFORD } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { PLATFORM_LIMITS, PlatformError } from '#shared/platform/index.ts';
import type { Database } from '../../store/index.ts';
import type { OneTimeSecrets } from '../context.ts';
import type { PlatformTask } from '../tasks.ts';

/** Characters of a code: 50 random bits, of which the relay answers a few guesses a minute. */
const CODE_LENGTH = 10;

/**
 * Creates the code for `clawreach account link`, which replaces the one before. The database holds its hash. Writes the database.
 * @returns the code as people read it, `ABCDE-FGHJK`, and its end in Unix ms
 */
export async function createClaimCode(
  { database, now }: PlatformTask,
  { crypto, secrets }: Readonly<{ crypto: CryptoBackend; secrets: OneTimeSecrets }>,
  account: string,
): Promise<Readonly<{ code: string; expiresAt: number }>> {
  await database.deleteFrom('one_time').where('account', '=', account).where('purpose', '=', 'claim').execute();
  const code = [...crypto.randomBytes(CODE_LENGTH)].map((byte) => CROCKFORD.charAt(byte & 31)).join('');
  const expiresAt = now + PLATFORM_LIMITS.linkCode;
  await secrets.store(database, code, { purpose: 'claim', account }, expiresAt);
  return { code: `${code.slice(0, 5)}-${code.slice(5)}`, expiresAt };
}

/** Account that created a code. */
export type CodeHolder = Readonly<{ id: string; email: string; name: string; expiresAt: number }>;

/**
 * Returns the account of a code, and uses the code up or not. Reads or writes the database.
 * @param code ten characters
 * @throws {PlatformError} `account.code` if the code is wrong, used or expired, or its account was disabled
 */
export async function readClaimCode(
  database: Kysely<Database>,
  secrets: OneTimeSecrets,
  { code, use }: Readonly<{ code: string; use: boolean }>,
  now: number,
): Promise<CodeHolder> {
  const found = await (use ? secrets.use(database, code, 'claim', now) : secrets.find(database, code, 'claim', now));
  const { account = null } = found ?? {};
  const row =
    account === null
      ? undefined
      : await database
          .selectFrom('accounts')
          .select(['id', 'email', 'name'])
          .where('id', '=', account)
          .where('disabled_at', 'is', null)
          .executeTakeFirst();
  if (found === undefined || row === undefined) throw new PlatformError('account.code', 'no such code');
  return { ...row, expiresAt: found.expires_at };
}
