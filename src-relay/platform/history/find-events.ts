import type { Kysely } from 'kysely';
import { fromUuid, PROJECT_EVENTS, toUuid, type PlatformHistoryEntry } from '#shared/platform/index.ts';
import type { Database } from '../../store/index.ts';
import { isPlainDeviceId, visibleTo } from '../project-access.ts';
import { firstNumber, numberId, type HistoryPosition } from './history-position.ts';
import type { FoundEntry, HistoryQuery } from './history-query.ts';

/** Event of an entry. */
export type FoundEvent = Readonly<{
  name: NonNullable<PlatformHistoryEntry['event']>;
  /** Account that the event is about, 32 hexadecimal digits; undefined if it's about none, or about the one that did it. */
  person: string | undefined;
  /** Address that was invited, for those who may see it. */
  invited: string | undefined;
}>;

/** Events whose subject is an account. */
const ABOUT_PERSON: ReadonlySet<string> = new Set(['person.added', 'person.removed']);
/** Events whose subject is an invitation that someone has sent or taken back. */
const ABOUT_INVITATION: ReadonlySet<string> = new Set(['invitation.created', 'invitation.cancelled']);

/** Lists the events of a project from the audit log. Addresses of mail are for the owner, as in the list of people. Reads the database. */
export async function findEvents(
  database: Kysely<Database>,
  { account, project, query }: HistoryQuery,
  before: HistoryPosition | undefined,
  limit: number,
): Promise<FoundEntry[]> {
  const { device, status, kind, who } = query;
  if (status === 'active' || (kind ?? 'event') !== 'event') return [];
  if (who !== undefined && !isPlainDeviceId(who)) return [];
  let rows = visibleTo(database, account)
    .where('projects.id', '=', project)
    .innerJoin('account_audit', 'account_audit.project', 'projects.id')
    .leftJoin('invitations', (join) =>
      join
        .onRef('invitations.project', '=', 'projects.id')
        // The audit log has IDs as the API shows them.
        .on((on) =>
          on(on.fn('replace', ['account_audit.subject', on.val('-'), on.val('')]), '=', on.ref('invitations.id')),
        ),
    )
    .select([
      'account_audit.id',
      'account_audit.at',
      'account_audit.account',
      'account_audit.event',
      'account_audit.subject',
      'invitations.email',
      'project_people.role',
    ])
    .where('account_audit.event', 'in', PROJECT_EVENTS)
    .orderBy('account_audit.at', 'desc')
    .orderBy('account_audit.id', 'desc')
    .limit(limit);
  if (device !== undefined) {
    rows = rows.where('account_audit.event', '=', 'device.removed').where('account_audit.subject', '=', device);
  }
  if (who !== undefined) {
    rows = rows.where((row) =>
      row.or([
        row('account_audit.account', '=', fromUuid(who)),
        row.and([
          row('account_audit.event', 'in', [...ABOUT_PERSON]),
          row('account_audit.subject', '=', toUuid(fromUuid(who))),
        ]),
      ]),
    );
  }
  if (before !== undefined) {
    const { startedAt } = before;
    rows = rows.where((row) =>
      row.or([
        row('account_audit.at', '<', startedAt),
        row.and([row('account_audit.at', '=', startedAt), row('account_audit.id', '<', firstNumber(before, 3))]),
      ]),
    );
  }
  return (await rows.execute()).map((row): FoundEntry => ({
    rank: 3,
    id: numberId(row.id),
    startedAt: row.at,
    endedAt: row.at,
    from: undefined,
    account: row.account,
    device: row.event === 'device.removed' ? row.subject : undefined,
    event: {
      name: row.event as FoundEvent['name'],
      person: ABOUT_PERSON.has(row.event) ? fromUuid(row.subject) : undefined,
      invited: ABOUT_INVITATION.has(row.event) && row.role === 'owner' ? (row.email ?? undefined) : undefined,
    },
    bytes: null,
    reason: null,
  }));
}
