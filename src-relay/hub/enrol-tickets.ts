import type { Transaction } from 'kysely';
import { toHex } from '#shared/bytes/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Database } from '../store/index.ts';

/** Unused enrol ticket of an account that may admit devices now. */
export type EnrolTicket = Readonly<{
  /** Key derived from the ticket's secret (`enrolTicketKey`), 32 bytes. */
  key: Uint8Array;
  project: string;
  account: string;
  /** Devices that it admits: the owner's ticket any, a member's a browser. */
  admits: 'any-device' | 'browser';
}>;

/**
 * Finds an enrol ticket: unused, not expired, and of an account that is still active and in the project. Reads the tables of tickets, accounts and
 * people through the transaction.
 * @param id 16 bytes, from a hello
 * @param now ms
 */
export async function findEnrolTicket(
  transaction: Transaction<Database>,
  id: Uint8Array,
  now: number,
): Promise<EnrolTicket | undefined> {
  const row = await transaction
    .selectFrom('enrol_tickets as ticket')
    .innerJoin('accounts', 'accounts.id', 'ticket.account')
    .innerJoin('projects', 'projects.id', 'ticket.project')
    .leftJoin('project_people as person', (join) =>
      join.onRef('person.project', '=', 'ticket.project').onRef('person.account', '=', 'ticket.account'),
    )
    .select(['ticket.key', 'ticket.project', 'ticket.account', 'projects.owner_account', 'person.role'])
    .where('ticket.id', '=', toHex(id))
    .where('ticket.used_at', 'is', null)
    .where('ticket.expires_at', '>', now)
    .where('accounts.disabled_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const isOwner = row.owner_account === row.account;
  if (!isOwner && row.role === null) return undefined;
  const { key, project, account } = row;
  return { key, project, account, admits: isOwner ? 'any-device' : 'browser' };
}

/** Marks a ticket as used by a device. @param id 16 bytes */
export async function useEnrolTicket(
  transaction: Transaction<Database>,
  id: Uint8Array,
  member: PeerId,
  now: number,
): Promise<void> {
  await transaction
    .updateTable('enrol_tickets')
    .set({ used_at: now, used_by: member })
    .where('id', '=', toHex(id))
    .execute();
}
