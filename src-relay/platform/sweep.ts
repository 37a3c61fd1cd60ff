import type { PlatformTasks } from './tasks.ts';

/** Deletes invitations and enrol tickets whose time is over. Writes the database. */
export async function deleteExpired(tasks: PlatformTasks): Promise<void> {
  await tasks.run(async ({ database, now }) => {
    for (const table of ['invitations', 'enrol_tickets'] as const) {
      await database.deleteFrom(table).where('expires_at', '<=', now).execute();
    }
  });
}
