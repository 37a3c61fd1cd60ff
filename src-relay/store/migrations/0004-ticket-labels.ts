import type { Kysely } from 'kysely';

/** Adds the label that an admitted device gets to the tickets. */
export async function addTicketLabels(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable('enrol_tickets').addColumn('label', 'text').execute();
}
