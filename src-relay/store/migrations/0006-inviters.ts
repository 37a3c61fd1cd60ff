import { sql, type Kysely } from 'kysely';

/** Software that a browser reports, as of this migration. */
const BROWSER = 'browser';

/**
 * Removes browsers as the inviters of members that they didn't let in: those that accounts admitted, owners, and those that were members before the browser.
 * Earlier relays named the browser that a member had paired with last, and removed the member together with that browser.
 */
export async function repairInviters(database: Kysely<unknown>): Promise<void> {
  await sql`
    UPDATE members SET inviter = NULL
    WHERE EXISTS (
        SELECT 1 FROM devices WHERE devices.peer_id = members.inviter AND devices.software = ${BROWSER}
      )
      AND (
        members.account IS NOT NULL
        OR members.role = 'owner'
        OR EXISTS (
          SELECT 1 FROM members AS browsers
          WHERE browsers.project_id = members.project_id
            AND browsers.peer_id = members.inviter
            AND browsers.added_at > members.added_at
        )
      )
  `.execute(database);
}
