import type { Kysely } from 'kysely';
import {
  fromUuid,
  PLATFORM_LIMITS,
  toUuid,
  type DeviceView,
  type PlainDeviceView,
  type SealedDeviceView,
} from '#shared/platform/index.ts';
import { BROWSER_SOFTWARE, type Database } from '../../store/index.ts';
import type { PlatformContext } from '../context.ts';
import { isPlainDeviceId, notFound, visibleTo } from '../project-access.ts';

/** Place where devices are looked for: a project, as an account sees it. */
export type DeviceScope = Readonly<{ account: string; project: string }>;

type Live = Pick<PlatformContext, 'hub' | 'plain'>;

/** Lists the devices of a project: the sealed ones, then the plain ones, each by the time at which they were added. Reads the database. */
export async function listDeviceViews(
  database: Kysely<Database>,
  scope: DeviceScope,
  live: Live,
  now: number,
): Promise<DeviceView[]> {
  const sealed = await sealedRows(database, scope).limit(PLATFORM_LIMITS.sealedDevices).execute();
  const plain = await plainRows(database, scope, now).limit(PLATFORM_LIMITS.plainDevices).execute();
  return [...sealed.map((row) => sealedView(row, live)), ...plain.map((row) => plainView(row, live))];
}

/**
 * Returns a device of a project. Reads the database.
 * @param device peer ID or UUID
 * @throws {PlatformError} `platform.not-found`
 */
export async function findDeviceView(
  database: Kysely<Database>,
  scope: DeviceScope,
  device: string,
  live: Live,
  now: number,
): Promise<DeviceView> {
  return isPlainDeviceId(device)
    ? findPlainView(database, scope, device, live, now)
    : findSealedView(database, scope, device, live);
}

/** Returns a plain device of a project. Reads the database. @throws {PlatformError} `platform.not-found` */
export async function findPlainView(
  database: Kysely<Database>,
  scope: DeviceScope,
  device: string,
  live: Live,
  now: number,
): Promise<PlainDeviceView> {
  const row = await plainRows(database, scope, now).where('plain_devices.id', '=', fromUuid(device)).executeTakeFirst();
  if (row === undefined) throw notFound();
  return plainView(row, live);
}

async function findSealedView(
  database: Kysely<Database>,
  scope: DeviceScope,
  device: string,
  live: Live,
): Promise<SealedDeviceView> {
  const row = await sealedRows(database, scope).where('members.peer_id', '=', device).executeTakeFirst();
  if (row === undefined) throw notFound();
  return sealedView(row, live);
}

type SealedRow = Awaited<ReturnType<ReturnType<typeof sealedRows>['execute']>>[number];
type PlainRow = Awaited<ReturnType<ReturnType<typeof plainRows>['execute']>>[number];

function sealedRows(database: Kysely<Database>, { account, project }: DeviceScope) {
  return visibleTo(database, account)
    .where('projects.id', '=', project)
    .innerJoin('members', 'members.project_id', 'projects.id')
    .where('members.removed_at', 'is', null)
    .innerJoin('devices', 'devices.peer_id', 'members.peer_id')
    .leftJoin('device_labels', (join) =>
      join
        .onRef('device_labels.project', '=', 'members.project_id')
        .onRef('device_labels.peer_id', '=', 'members.peer_id'),
    )
    .select([
      'members.peer_id',
      'members.role',
      'members.account',
      'members.added_at',
      'devices.last_seen',
      'devices.software',
      'device_labels.label',
    ])
    .orderBy('members.added_at')
    .orderBy('members.peer_id');
}

function plainRows(database: Kysely<Database>, { account, project }: DeviceScope, now: number) {
  return visibleTo(database, account)
    .where('projects.id', '=', project)
    .innerJoin('plain_devices', 'plain_devices.project', 'projects.id')
    .select((builder) => [
      'plain_devices.id',
      'plain_devices.name',
      'plain_devices.last_seen',
      'plain_devices.created_at',
      builder('plain_devices.token_hash', 'is not', null).as('paired'),
      builder
        .selectFrom('one_time')
        .select((code) => code.fn.max('one_time.expires_at').as('expires_at'))
        .whereRef('one_time.device', '=', 'plain_devices.id')
        .where('one_time.purpose', '=', 'plain-pair')
        .where('one_time.used_at', 'is', null)
        .where('one_time.expires_at', '>', now)
        .as('code_expires_at'),
    ])
    .orderBy('plain_devices.created_at')
    .orderBy('plain_devices.id');
}

function sealedView(row: SealedRow, { hub }: Live): SealedDeviceView {
  return {
    encryption: 'end-to-end',
    id: row.peer_id,
    label: row.label,
    role: row.role,
    account: row.account === null ? null : toUuid(row.account),
    browser: row.software === BROWSER_SOFTWARE,
    online: hub.isOnline(row.peer_id),
    lastSeen: row.last_seen,
    addedAt: row.added_at,
  };
}

function plainView(row: PlainRow, { plain }: Live): PlainDeviceView {
  const kind = plain?.kindOf(row.id) ?? null;
  return {
    encryption: 'relay-can-read',
    id: toUuid(row.id),
    label: row.name,
    paired: Boolean(row.paired),
    codeExpiresAt: row.code_expires_at,
    kind,
    online: kind !== null,
    lastSeen: row.last_seen,
    addedAt: row.created_at,
  };
}
