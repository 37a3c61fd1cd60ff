import type { Kysely } from 'kysely';
import { toUuid, type ProjectView } from '#shared/platform/index.ts';
import { BROWSER_SOFTWARE, type Database } from '../../store/index.ts';
import type { PlatformContext } from '../context.ts';
import { notFound, visibleTo } from '../project-access.ts';

type Live = Pick<PlatformContext, 'hub' | 'plain'>;

/** Lists the projects of an account as the API shows them, by name. Reads the database. */
export async function listProjectViews(
  database: Kysely<Database>,
  account: string,
  live: Live,
): Promise<ProjectView[]> {
  const rows = await projectRows(database, account).orderBy('projects.name').orderBy('projects.id').execute();
  const online = await countPlainOnline(database, account, live);
  const browsers = await findBrowsers(database, account);
  const machines = (id: string): number => live.hub.onlineIn(id).filter((peer) => !browsers.has(peer)).length;
  return rows.map((row) => viewOf(row, machines(row.id) + (online.get(row.id) ?? 0)));
}

/**
 * Returns a project as the API shows it to an account. Reads the database.
 * @throws {PlatformError} `platform.not-found`
 */
export async function findProjectView(
  database: Kysely<Database>,
  account: string,
  project: string,
  live: Live,
): Promise<ProjectView> {
  const row = await projectRows(database, account).where('projects.id', '=', project).executeTakeFirst();
  if (row === undefined) throw notFound();
  const online = await countPlainOnline(database, account, live, project);
  const browsers = await findBrowsers(database, account);
  const machines = live.hub.onlineIn(row.id).filter((peer) => !browsers.has(peer)).length;
  return viewOf(row, machines + (online.get(row.id) ?? 0));
}

type ProjectRow = Awaited<ReturnType<ReturnType<typeof projectRows>['execute']>>[number];

function projectRows(database: Kysely<Database>, account: string) {
  return visibleTo(database, account)
    .leftJoin('accounts as owner', 'owner.id', 'projects.owner_account')
    .select((builder) => [
      'projects.id',
      'projects.name',
      'project_people.role',
      'projects.owner_device',
      'projects.plain_allowed',
      'projects.created_at',
      'projects.updated_at',
      'owner.id as owner_id',
      'owner.name as owner_name',
      builder
        .selectFrom('project_people as other')
        .select(builder.fn.countAll<number>().as('count'))
        .whereRef('other.project', '=', 'projects.id')
        .as('people'),
      builder
        .selectFrom('members')
        .select(builder.fn.countAll<number>().as('count'))
        .whereRef('members.project_id', '=', 'projects.id')
        .where('members.removed_at', 'is', null)
        .where('members.peer_id', 'not in', browsers(database))
        .as('sealed'),
      builder
        .selectFrom('plain_devices')
        .select(builder.fn.countAll<number>().as('count'))
        .whereRef('plain_devices.project', '=', 'projects.id')
        .as('plain'),
    ]);
}

/** Selects the browsers among all devices. */
function browsers(database: Kysely<Database>) {
  return database.selectFrom('devices').select('devices.peer_id').where('devices.software', '=', BROWSER_SOFTWARE);
}

/** Returns the browsers in the projects of an account. */
async function findBrowsers(database: Kysely<Database>, account: string): Promise<ReadonlySet<string>> {
  const rows = await visibleTo(database, account)
    .innerJoin('members', 'members.project_id', 'projects.id')
    .where('members.removed_at', 'is', null)
    .where('members.peer_id', 'in', browsers(database))
    .select('members.peer_id')
    .execute();
  return new Set(rows.map((row) => row.peer_id));
}

/** Counts the plain devices that are online, by project. */
async function countPlainOnline(
  database: Kysely<Database>,
  account: string,
  { plain }: Live,
  project?: string,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  if (plain === undefined) return counts;
  const rows = await visibleTo(database, account)
    .innerJoin('plain_devices', 'plain_devices.project', 'projects.id')
    .select(['plain_devices.id', 'plain_devices.project'])
    .$if(project !== undefined, (query) => query.where('projects.id', '=', project ?? ''))
    .execute();
  for (const row of rows) {
    if (plain.kindOf(row.id) !== undefined) counts.set(row.project, (counts.get(row.project) ?? 0) + 1);
  }
  return counts;
}

function viewOf(row: ProjectRow, online: number): ProjectView {
  return {
    id: toUuid(row.id),
    name: row.name,
    role: row.role,
    owner: row.owner_id === null ? null : { id: toUuid(row.owner_id), name: row.owner_name ?? '' },
    ownerDevice: row.owner_device,
    plainAllowed: row.plain_allowed === 1,
    people: row.people ?? 0,
    devices: (row.sealed ?? 0) + (row.plain ?? 0),
    online,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
