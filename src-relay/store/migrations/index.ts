import type { Kysely } from 'kysely';
import type { MigrationProvider } from 'kysely/migration';
import type { ColumnTypes } from './column-types.ts';
import { createDeviceTables } from './0001-projects-devices-sessions.ts';
import { createAccountTables } from './0002-accounts-projects-plain.ts';
import { createAccountPictures } from './0003-account-pictures.ts';
import { addTicketLabels } from './0004-ticket-labels.ts';
import { createForeignInstances } from './0005-foreign-instances.ts';
import { repairInviters } from './0006-inviters.ts';
import { createForeignNonces } from './0007-foreign-nonces.ts';

export { POSTGRESQL_TYPES, SQLITE_TYPES, type ColumnTypes } from './column-types.ts';

/** Migrations of the relay's database, applied in the order of their names in one transaction. A published migration is never edited. */
const MIGRATIONS: Readonly<Record<string, (database: Kysely<unknown>, types: ColumnTypes) => Promise<void>>> = {
  '0001-projects-devices-sessions': createDeviceTables,
  '0002-accounts-projects-plain': createAccountTables,
  '0003-account-pictures': createAccountPictures,
  '0004-ticket-labels': addTicketLabels,
  '0005-foreign-instances': createForeignInstances,
  '0006-inviters': repairInviters,
  '0007-foreign-nonces': createForeignNonces,
};

/** Returns the source of the migrations that `openStore` applies. */
export function migrationProvider(types: ColumnTypes): MigrationProvider {
  return {
    getMigrations: async () =>
      Object.fromEntries(
        Object.entries(MIGRATIONS).map(([name, up]) => [
          name,
          { up: (database: Kysely<unknown>) => up(database, types) },
        ]),
      ),
  };
}
