import { toHex } from '#shared/bytes/index.ts';
import { PLATFORM_LIMITS, PlatformError } from '#shared/platform/index.ts';
import { enrolTicketKey } from '#shared/relay-api/index.ts';
import { sealTicketKey } from '../../hub/index.ts';
import type { PlatformContext } from '../context.ts';
import type { PlatformTask } from '../tasks.ts';

/** Unused tickets of one account in one project. A page asks for one at a time. */
const MOST_TICKETS = 10;

/** New enrol ticket, whose secret is stored nowhere. */
export type NewTicket = Readonly<{
  /** 16 bytes. */
  id: Uint8Array;
  /** 32 bytes. */
  secret: Uint8Array;
  /** Unix ms. */
  expiresAt: number;
}>;

/**
 * Creates a ticket by which an account admits one device key to a project. The database holds a key derived from its secret, with which the relay checks
 * the proof in a hello, sealed. Writes the database; the caller has checked the account's role.
 * @throws {PlatformError} `platform.limit`
 */
export async function createEnrolTicket(
  { database, now }: PlatformTask,
  { crypto, sealer }: Pick<PlatformContext, 'crypto' | 'sealer'>,
  { account, project, label }: Readonly<{ account: string; project: string; label: string | null }>,
): Promise<NewTicket> {
  const own = database.selectFrom('enrol_tickets').where('account', '=', account).where('project', '=', project);
  const { count } = await own
    .select((builder) => builder.fn.countAll<number>().as('count'))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow();
  if (count >= MOST_TICKETS) throw new PlatformError('platform.limit', `at most ${MOST_TICKETS} open tickets`);
  const secret = crypto.randomBytes(32);
  const id = crypto.randomBytes(16);
  const row = { id: toHex(id), account, project };
  const expiresAt = now + PLATFORM_LIMITS.enrolTicket;
  await database
    .insertInto('enrol_tickets')
    .values({
      ...row,
      label,
      key: sealTicketKey(sealer, row, enrolTicketKey(crypto, secret)),
      expires_at: expiresAt,
      used_at: null,
      used_by: null,
    })
    .execute();
  return { id, secret, expiresAt };
}
