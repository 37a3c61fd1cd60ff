import type { Transaction } from 'kysely';
import { toHex } from '#shared/bytes/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { AuthenticationError } from '#shared/errors.ts';
import type { Sealer } from '../keys/index.ts';
import type { Database } from '../store/index.ts';

/** Unused enrol ticket of an account that may admit devices now. */
export type EnrolTicket = Readonly<{
  /** Key derived from the ticket's secret (`enrolTicketKey`), 32 bytes. */
  key: Uint8Array;
  project: string;
  account: string;
  /** Devices that it admits: the owner's ticket any, a member's a browser. */
  admits: 'any-device' | 'browser';
  /** Label that the admitted device gets in the project; null for none. */
  label: string | null;
}>;

/** Row of a ticket that its sealed key counts for. IDs are 32 hexadecimal digits. */
type TicketRow = Readonly<{ id: string; account: string; project: string }>;

/**
 * Seals the key of a ticket for the database, because anyone who knows the key can use the ticket.
 * @param key result of `enrolTicketKey`
 */
export function sealTicketKey(sealer: Sealer, row: TicketRow, key: Uint8Array): Uint8Array {
  return sealer.seal(placeOf(row), key);
}

/**
 * Finds an enrol ticket: unused, not expired, and of an account that is still active and in the project. Reads the tables of tickets, accounts and
 * people through the transaction.
 * @param id 16 bytes, from a hello
 * @param now ms
 */
export async function findEnrolTicket(
  transaction: Transaction<Database>,
  sealer: Sealer,
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
    .select(['ticket.key', 'ticket.project', 'ticket.account', 'ticket.label', 'projects.owner_account', 'person.role'])
    .where('ticket.id', '=', toHex(id))
    .where('ticket.used_at', 'is', null)
    .where('ticket.expires_at', '>', now)
    .where('accounts.disabled_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const isOwner = row.owner_account === row.account;
  if (!isOwner && row.role === null) return undefined;
  const { project, account, label } = row;
  const key = openTicketKey(sealer, { id: toHex(id), account, project }, row.key);
  return key === undefined ? undefined : { key, project, account, label, admits: isOwner ? 'any-device' : 'browser' };
}

/** Marks a ticket as used by a device, which is a member now, and gives the device the ticket's label. @param id 16 bytes */
export async function useEnrolTicket(
  transaction: Transaction<Database>,
  id: Uint8Array,
  { project, label }: Pick<EnrolTicket, 'project' | 'label'>,
  member: PeerId,
  now: number,
): Promise<void> {
  if (label !== null)
    await transaction
      .insertInto('device_labels')
      .values({ project, peer_id: member, label })
      // The owner may have called it otherwise.
      .onConflict((conflict) => conflict.columns(['project', 'peer_id']).doNothing())
      .execute();
  await transaction
    .updateTable('enrol_tickets')
    .set({ used_at: now, used_by: member })
    .where('id', '=', toHex(id))
    .execute();
}

/** Returns the key of a ticket; undefined for one that was sealed with another key or for another row. */
function openTicketKey(sealer: Sealer, row: TicketRow, sealed: Uint8Array): Uint8Array | undefined {
  try {
    return sealer.open(placeOf(row), sealed);
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined;
    throw error;
  }
}

function placeOf({ id, account, project }: TicketRow): string {
  return `enrol-ticket ${id} ${account} ${project}`;
}
