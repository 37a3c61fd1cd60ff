import type { Kysely, Selectable, Transaction } from 'kysely';
import type { SessionRecord } from './port.ts';
import type { Database } from './schema/index.ts';
import type { StoreLimits } from './transaction.ts';

/** Position in the history of sessions, which is sorted by the time of the beginning, newest first. IDs start at 1. */
export type SessionCursor = Readonly<{ startedAt: number; id: number }>;

/** Sessions to list. */
export type ProjectSessionQuery = Readonly<{
  project: string;
  /** Peer IDs of devices, one of which took part; all devices if undefined. */
  peers?: readonly string[] | undefined;
  /**
   * Peer IDs of devices, one of which used the other: the initiator, or where only the responder was admitted by a person's account, the responder. A
   * machine connects to a person's browser on its own, too. All devices if undefined.
   */
  users?: readonly string[] | undefined;
  /** Lists sessions behind this position, such as the last session of the page before; from the newest one if undefined. */
  before?: SessionCursor | undefined;
  limit: number;
}>;

/** Row of a page of the history, and the place of the next page in `before`. */
export type ListedSession = SessionRecord & SessionCursor;

/**
 * Lists ended connections between devices of a project, newest first, for the platform's history. Reads only those that began while both devices
 * were members: what two devices did before one of them joined belongs to another project. A device that was removed and admitted again counts from
 * its readmission.
 */
export async function listProjectSessions(
  database: Kysely<Database>,
  { project, peers, users, before, limit }: ProjectSessionQuery,
): Promise<ListedSession[]> {
  if (peers?.length === 0 || users?.length === 0) return [];
  let query = database
    .selectFrom('sessions')
    .selectAll('sessions')
    .orderBy('sessions.started_at', 'desc')
    .orderBy('sessions.id', 'desc')
    .limit(limit);
  for (const side of ['sessions.from_peer', 'sessions.to_peer'] as const) {
    query = query.where((sessions) =>
      sessions.exists(
        sessions
          .selectFrom('members')
          .select('members.peer_id')
          .where('members.project_id', '=', project)
          .whereRef('members.peer_id', '=', side)
          .whereRef('members.added_at', '<=', 'sessions.started_at')
          .where((members) =>
            members.or([
              members('members.removed_at', 'is', null),
              members('members.removed_at', '>=', members.ref('sessions.started_at')),
            ]),
          ),
      ),
    );
  }
  if (peers !== undefined) {
    query = query.where((sessions) =>
      sessions.or([sessions('sessions.from_peer', 'in', peers), sessions('sessions.to_peer', 'in', peers)]),
    );
  }
  if (users !== undefined) {
    query = query.where((sessions) => {
      const ofPerson = (side: 'sessions.from_peer' | 'sessions.to_peer') =>
        sessions.exists(
          sessions
            .selectFrom('members')
            .select('members.peer_id')
            .where('members.project_id', '=', project)
            .whereRef('members.peer_id', '=', side)
            .where('members.account', 'is not', null),
        );
      const isTurned = sessions.and([ofPerson('sessions.to_peer'), sessions.not(ofPerson('sessions.from_peer'))]);
      return sessions.or([
        sessions.and([sessions('sessions.from_peer', 'in', users), sessions.not(isTurned)]),
        sessions.and([sessions('sessions.to_peer', 'in', users), isTurned]),
      ]);
    });
  }
  if (before !== undefined) {
    query = query.where((sessions) =>
      sessions.or([
        sessions('sessions.started_at', '<', before.startedAt),
        sessions.and([sessions('sessions.started_at', '=', before.startedAt), sessions('sessions.id', '<', before.id)]),
      ]),
    );
  }
  const rows = await query.execute();
  return rows.map((row) => ({ ...fromRow(row), id: row.id }));
}

/** Lists the newest sessions of all projects. */
export async function listSessions(database: Kysely<Database>, limit: number): Promise<SessionRecord[]> {
  const rows = await database.selectFrom('sessions').selectAll().orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => fromRow(row));
}

/** Adds sessions and deletes the oldest beyond the limits. */
export async function addSessions(
  transaction: Transaction<Database>,
  records: readonly SessionRecord[],
  { sessionRows, sessionAge }: StoreLimits,
  now: number,
): Promise<void> {
  for (const record of records) await transaction.insertInto('sessions').values(toRow(record)).execute();
  const newest = await transaction
    .selectFrom('sessions')
    .select((builder) => builder.fn.max('id').as('id'))
    .executeTakeFirstOrThrow();
  await transaction
    .deleteFrom('sessions')
    .where((builder) =>
      builder.or([builder('id', '<=', newest.id - sessionRows), builder('ended_at', '<', now - sessionAge)]),
    )
    .execute();
}

function toRow(record: SessionRecord) {
  return {
    connection: record.connection,
    from_peer: record.from,
    to_peer: record.to,
    started_at: record.startedAt,
    ended_at: record.endedAt,
    bytes_forward: record.bytesForward,
    bytes_back: record.bytesBack,
    reason: record.reason,
  };
}

function fromRow(row: Selectable<Database['sessions']>): SessionRecord {
  return {
    connection: row.connection,
    from: row.from_peer,
    to: row.to_peer,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    bytesForward: row.bytes_forward,
    bytesBack: row.bytes_back,
    reason: row.reason,
  };
}
