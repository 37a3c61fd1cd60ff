import type { Kysely } from 'kysely';
import { fromUuid, PlatformError, type ProjectAction } from '#shared/platform/index.ts';
import { may, visibleTo } from '../platform/index.ts';
import type { Database } from '../store/index.ts';
import { findDevice, type DeviceRow } from './device-rows.ts';

/**
 * Returns the project of a plain device in which an account may do an action; undefined if it may not, can't see the device, or the project doesn't allow
 * plain devices. Reads the database.
 */
export async function findReachable(
  database: Kysely<Database>,
  account: string,
  device: string,
  action: ProjectAction,
): Promise<string | undefined> {
  const found = await visibleTo(database, account)
    .innerJoin('plain_devices', 'plain_devices.project', 'projects.id')
    .innerJoin('accounts', 'accounts.id', 'project_people.account')
    .select(['projects.id as project', 'project_people.role as role'])
    .where('plain_devices.id', '=', device)
    .where('projects.plain_allowed', '=', 1)
    .where('accounts.disabled_at', 'is', null)
    .executeTakeFirst();
  return found !== undefined && may(found.role, action) ? found.project : undefined;
}

/** Reports whether an account may do an action with a plain device now. Reads the database. */
export async function mayReach(
  database: Kysely<Database>,
  account: string,
  device: string,
  action: ProjectAction,
): Promise<boolean> {
  return (await findReachable(database, account, device, action)) !== undefined;
}

/**
 * Returns the plain device that a route of `/api/v1` names, in a project that the caller was checked for. Reads the database.
 * @param device ID as in the path: a UUID, or a peer ID
 * @throws {PlatformError} `platform.not-found`, `project.sealed-device`, `project.plain-off`
 */
export async function requirePlainDevice(
  database: Kysely<Database>,
  project: string,
  device: string,
): Promise<DeviceRow> {
  if (!device.includes('-')) {
    const member = await database
      .selectFrom('members')
      .select('peer_id')
      .where('project_id', '=', project)
      .where('peer_id', '=', device)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
    if (member === undefined) throw new PlatformError('platform.not-found', 'not found');
    throw new PlatformError('project.sealed-device', 'devices connect to this one themselves, end to end');
  }
  const known = await database
    .selectFrom('plain_devices')
    .select('id')
    .where('project', '=', project)
    .where('id', '=', fromUuid(device))
    .executeTakeFirst();
  if (known === undefined) throw new PlatformError('platform.not-found', 'not found');
  const row = await findDevice(database, known.id);
  if (row === undefined) {
    throw new PlatformError('project.plain-off', 'the project does not allow devices that the relay can read');
  }
  return row;
}
