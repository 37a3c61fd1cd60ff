import type { Kysely, Transaction } from 'kysely';
import { PlatformError } from '#shared/platform/index.ts';
import { visibleTo } from '../platform/index.ts';
import type { Database } from '../store/index.ts';
import { allowedDevices } from './device-rows.ts';
import type { PlainLimits } from './limits.ts';

/** Terminal session on a plain device, as the database has it. */
export type SessionRow = Readonly<{
  id: string;
  device: string;
  /** Account that started the session; null after its deletion. */
  account: string | null;
  status: 'active' | 'ended';
  startedAt: number;
  endedAt: number | null;
}>;

/** Reason of a session's end, as the history shows it. Any other reason of a connector becomes `other`, so that no content gets there. */
export const END_REASONS = [
  'exit',
  'pty_error',
  'user_disconnect',
  'connector_disconnected',
  'no_viewer',
  'access_ended',
  'other',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** Returns a connector's reason as the history has it. Pure. */
export function endReason(reason: string): EndReason {
  return END_REASONS.find((known) => known === reason) ?? 'other';
}

/**
 * Adds an active session. Writes the database.
 * @throws {PlatformError} `platform.limit`
 */
export async function addSession(
  transaction: Transaction<Database>,
  session: Readonly<{ id: string; device: string; account: string }>,
  limits: PlainLimits,
  now: number,
): Promise<void> {
  for (const [column, most] of [
    ['account', limits.sessionsPerAccount],
    ['device', limits.sessionsPerDevice],
  ] as const) {
    const { count } = await transaction
      .selectFrom('plain_sessions')
      .select((builder) => builder.fn.countAll<number>().as('count'))
      .where('status', '=', 'active')
      .where(column, '=', session[column])
      .executeTakeFirstOrThrow();
    if (count >= most) throw new PlatformError('platform.limit', 'too many active sessions');
  }
  await transaction
    .insertInto('plain_sessions')
    .values({ ...session, status: 'active', started_at: now, ended_at: null, reason: null })
    .execute();
}

/** Returns a session of an account on a device that it can see; undefined if there is none. Reads the database. */
export async function findSession(
  database: Kysely<Database>,
  account: string,
  id: string,
): Promise<SessionRow | undefined> {
  return allowedSessions(database, account).where('plain_sessions.id', '=', id).executeTakeFirst();
}

/** Lists which of these sessions are active and still allowed to the account that started them. Reads the database. */
export async function listAllowed(database: Kysely<Database>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await allowedDevices(database)
    .innerJoin('plain_sessions', 'plain_sessions.device', 'plain_devices.id')
    .innerJoin('project_people', (join) =>
      join
        .onRef('project_people.project', '=', 'projects.id')
        .onRef('project_people.account', '=', 'plain_sessions.account'),
    )
    .innerJoin('accounts', 'accounts.id', 'plain_sessions.account')
    .select('plain_sessions.id as id')
    .where('plain_sessions.id', 'in', ids)
    .where('plain_sessions.status', '=', 'active')
    .where('accounts.disabled_at', 'is', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Lists which of these sign-ins haven't ended, of accounts that aren't disabled. Reads the database. */
export async function listSignIns(
  database: Kysely<Database>,
  ids: readonly string[],
  now: number,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await database
    .selectFrom('account_sessions')
    .innerJoin('accounts', 'accounts.id', 'account_sessions.account')
    .select('account_sessions.id as id')
    .where('account_sessions.id', 'in', ids)
    .where('account_sessions.expires_at', '>', now)
    .where('accounts.disabled_at', 'is', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Adds to the bytes that a session has carried. Writes the database. */
export async function addBytes(
  transaction: Transaction<Database>,
  id: string,
  bytes: Readonly<{ forward: number; back: number }>,
): Promise<void> {
  await transaction
    .updateTable('plain_sessions')
    .set((row) => ({
      bytes_forward: row('bytes_forward', '+', bytes.forward),
      bytes_back: row('bytes_back', '+', bytes.back),
    }))
    .where('id', '=', id)
    .execute();
}

/** Ends a session. No effect on one that has ended. Writes the database. */
export async function endSession(
  transaction: Transaction<Database>,
  id: string,
  reason: EndReason,
  now: number,
): Promise<void> {
  await transaction
    .updateTable('plain_sessions')
    .set({ status: 'ended', ended_at: now, reason })
    .where('id', '=', id)
    .where('status', '=', 'active')
    .execute();
}

/** Lists active sessions that began before a time. Reads the database. */
export async function listOlder(
  database: Kysely<Database>,
  before: number,
): Promise<Readonly<{ id: string; device: string }>[]> {
  return database
    .selectFrom('plain_sessions')
    .select(['id', 'device'])
    .where('status', '=', 'active')
    .where('started_at', '<', before)
    .execute();
}

/** Part of the rows of ended sessions that one account may have once there are too many: one in this number. */
const SHARES = 10;

/** Deletes the oldest ended sessions of each account beyond a number. Writes the database. */
async function deleteBeyondShare(transaction: Transaction<Database>, most: number): Promise<void> {
  await transaction
    .deleteFrom('plain_sessions')
    .where('id', 'in', (builder) =>
      builder
        .selectFrom((ranked) =>
          ranked
            .selectFrom('plain_sessions')
            .select((row) => [
              'id',
              row.fn
                .agg<number>('row_number')
                .over((over) => over.partitionBy('account').orderBy('ended_at', 'desc').orderBy('id'))
                .as('place'),
            ])
            .where('status', '=', 'ended')
            .as('ranked'),
        )
        .select('ranked.id')
        .where('ranked.place', '>', most),
    )
    .execute();
}

/** Deletes ended sessions beyond the limits of the history. Writes the database. */
export async function deleteOld(
  transaction: Transaction<Database>,
  { sessionAge, sessionRows }: PlainLimits,
  now: number,
): Promise<void> {
  const findOldest = () =>
    transaction
      .selectFrom('plain_sessions')
      .select('ended_at')
      .where('status', '=', 'ended')
      .orderBy('ended_at', 'desc')
      .offset(sessionRows)
      .limit(1)
      .executeTakeFirst();
  // Those of an account beyond its share go first, so that no one pushes everyone else's history out.
  if ((await findOldest()) !== undefined) await deleteBeyondShare(transaction, Math.ceil(sessionRows / SHARES));
  const oldest = await findOldest();
  await transaction
    .deleteFrom('plain_sessions')
    .where('status', '=', 'ended')
    .where('ended_at', '<=', Math.max(now - sessionAge, oldest?.ended_at ?? 0))
    .execute();
}

function allowedSessions(database: Kysely<Database>, account: string) {
  return visibleTo(database, account)
    .innerJoin('plain_devices', 'plain_devices.project', 'projects.id')
    .innerJoin('plain_sessions', 'plain_sessions.device', 'plain_devices.id')
    .select([
      'plain_sessions.id as id',
      'plain_sessions.device as device',
      'plain_sessions.account as account',
      'plain_sessions.status as status',
      'plain_sessions.started_at as startedAt',
      'plain_sessions.ended_at as endedAt',
    ])
    .where('projects.plain_allowed', '=', 1)
    .where('plain_sessions.account', '=', account);
}
