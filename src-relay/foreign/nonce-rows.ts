import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../store/index.ts';

/** Nonce of an instance, which a request had that was ahead of the relay's clock. `timestamp`: Unix s. */
type NonceRow = Readonly<Database['foreign_nonces']>;

/** Stores a nonce whose request would count again after a restart. Writes the database. */
export async function keepNonce(transaction: Transaction<Database>, nonce: NonceRow): Promise<void> {
  await transaction
    .insertInto('foreign_nonces')
    .values(nonce)
    .onConflict((conflict) => conflict.columns(['instance', 'nonce']).doUpdateSet({ timestamp: nonce.timestamp }))
    .execute();
}

/** Returns the nonces of requests from this time on, with the ID and project of each one's instance. Reads the database. @param from Unix s */
export async function findNonces(
  database: Kysely<Database>,
  from: number,
): Promise<readonly Readonly<{ id: string; project: string; nonce: string }>[]> {
  return database
    .selectFrom('foreign_nonces')
    .innerJoin('foreign_instances', 'foreign_instances.id', 'foreign_nonces.instance')
    .select(['foreign_instances.id', 'foreign_instances.project', 'foreign_nonces.nonce'])
    .where('foreign_nonces.timestamp', '>=', from)
    .execute();
}

/** Removes the nonces of requests from before a time. Writes the database. @param until Unix s */
export async function forgetNonces(transaction: Transaction<Database>, until: number): Promise<void> {
  await transaction.deleteFrom('foreign_nonces').where('timestamp', '<', until).execute();
}
