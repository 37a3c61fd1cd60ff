import type { Kysely } from 'kysely';
import { PLATFORM_LIMITS, toUuid, type AccountExport } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';

/** Security event of an account or project. */
export type AuditEvent = Readonly<{
  /** Name such as `sign-in` or `project.deleted`, at most 64 characters. */
  event: string;
  account?: string | undefined;
  project?: string | undefined;
  /** Thing or person that the event is about: a name or an ID, never a secret or an address of mail. */
  subject?: string | undefined;
  /** Network of the client, from `clientNetwork`. */
  network?: string | undefined;
}>;

/** Longest subject, characters. */
const LONGEST_SUBJECT = 256;

/**
 * Writes an event to the audit log in the caller's transaction, and deletes the oldest rows beyond the limits of number and age.
 * @param now Unix ms
 */
export async function recordAudit(
  transaction: Kysely<Database>,
  { event, account, project, subject = '', network = '' }: AuditEvent,
  now: number,
  limits: Readonly<{ auditRows: number; auditRowsPerAccount: number; auditLife: number }> = PLATFORM_LIMITS,
): Promise<void> {
  await transaction
    .insertInto('account_audit')
    .values({
      at: now,
      account: account ?? null,
      project: project ?? null,
      event,
      subject: subject.slice(0, LONGEST_SUBJECT),
      address_group: network,
    })
    .execute();
  await transaction
    .deleteFrom('account_audit')
    .where('at', '<', now - limits.auditLife)
    .execute();
  await deleteBeyond(transaction, undefined, limits.auditRows);
  // Else one account could push the events of all others out.
  if (account !== undefined) await deleteBeyond(transaction, account, limits.auditRowsPerAccount);
}

/** Deletes the oldest events beyond a number: of an account, or of all. Counts rows, because the numbers of rows have gaps. */
async function deleteBeyond(transaction: Kysely<Database>, account: string | undefined, most: number): Promise<void> {
  let newest = transaction.selectFrom('account_audit').select('id');
  if (account !== undefined) newest = newest.where('account', '=', account);
  const last = await newest.orderBy('id', 'desc').limit(1).offset(most).executeTakeFirst();
  if (last === undefined) return;
  let beyond = transaction.deleteFrom('account_audit').where('id', '<=', last.id);
  if (account !== undefined) beyond = beyond.where('account', '=', account);
  await beyond.execute();
}

/** Lists the events of an account, the newest first. */
export async function listAudit(
  database: Kysely<Database>,
  account: string,
  limit: number,
): Promise<AccountExport['audit']> {
  const rows = await database
    .selectFrom('account_audit')
    .selectAll()
    .where('account', '=', account)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    at: row.at,
    event: row.event,
    subject: row.subject,
    project: row.project === null ? null : toUuid(row.project),
    addressGroup: row.address_group,
  }));
}
