import type { Kysely } from 'kysely';
import { fromUuid, PlatformError, type AccountRole, type ProjectAction } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';
import { may } from './policy.ts';

/** Project as an account sees it: its ID, 32 hexadecimal digits, and the account's role there. */
export type VisibleProject = Readonly<{ id: string; role: AccountRole }>;

/**
 * Selects the projects in which an account has a role. Every query of the platform starts here, so that nothing of other projects can be reached. Reads
 * the database.
 */
export function visibleTo(database: Kysely<Database>, account: string) {
  return database
    .selectFrom('project_people')
    .innerJoin('projects', 'projects.id', 'project_people.project')
    .where('project_people.account', '=', account);
}

/**
 * Returns the project that the parameters of a route name: by its ID, or by a device in it. Reads the database.
 * @param params parsed path parameters
 * @throws {PlatformError} `platform.not-found` for a project or device that the account can't see
 */
export async function findVisibleProject(
  database: Kysely<Database>,
  account: string,
  params: Readonly<{ project?: unknown; device?: unknown }>,
): Promise<VisibleProject> {
  const { project, device } = params;
  const projects = visibleTo(database, account).select(['projects.id', 'project_people.role']);
  const found =
    typeof project === 'string'
      ? await projects.where('projects.id', '=', fromUuid(project)).executeTakeFirst()
      : typeof device !== 'string'
        ? undefined
        : await projects
            .where((builder) =>
              isPlainDeviceId(device)
                ? builder.exists(
                    builder
                      .selectFrom('plain_devices')
                      .select('plain_devices.id')
                      .whereRef('plain_devices.project', '=', 'projects.id')
                      .where('plain_devices.id', '=', fromUuid(device)),
                  )
                : builder.exists(
                    builder
                      .selectFrom('members')
                      .select('members.peer_id')
                      .whereRef('members.project_id', '=', 'projects.id')
                      .where('members.peer_id', '=', device)
                      .where('members.removed_at', 'is', null),
                  ),
            )
            .orderBy('projects.id')
            .executeTakeFirst();
  if (found === undefined) throw notFound();
  return found;
}

/**
 * Checks that an account may do an action in a project now. Tasks that change something call it with their transaction, because the account may have
 * been removed since the request was admitted. Reads the database.
 * @param project 32 hexadecimal digits
 * @throws {PlatformError} `platform.not-found`, `platform.forbidden`
 */
export async function requireAction(
  database: Kysely<Database>,
  account: string,
  project: string,
  action: ProjectAction,
): Promise<VisibleProject> {
  const found = await visibleTo(database, account)
    .select(['projects.id', 'project_people.role'])
    .where('projects.id', '=', project)
    .executeTakeFirst();
  if (found === undefined) throw notFound();
  if (!may(found.role, action)) throw forbidden();
  return found;
}

/** Reports whether the ID of a device is that of a plain one, a UUID. */
export function isPlainDeviceId(device: string): boolean {
  return device.includes('-');
}

/** Creates the error for everything that doesn't exist or isn't visible. */
export function notFound(): PlatformError {
  return new PlatformError('platform.not-found', 'not found');
}

/** Creates the error for an action that the account's role doesn't allow. */
export function forbidden(): PlatformError {
  return new PlatformError('platform.forbidden', 'only the owner of the project may do this');
}
