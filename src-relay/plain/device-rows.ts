import type { Kysely, Transaction } from 'kysely';
import { PlatformError } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';
import { PLAIN_LIMITS } from './limits.ts';

/** Plain device, as the relay checks its connections. IDs are 32 hexadecimal digits. */
export type DeviceRow = Readonly<{
  id: string;
  project: string;
  name: string;
  workdir: string | null;
  tokenHash: Uint8Array | null;
}>;

/**
 * Selects the plain devices of projects that allow them. Every query about a device that connects or is connected to starts here, so that a project's
 * switch ends everything. Reads the database.
 */
export function allowedDevices(database: Kysely<Database>) {
  return database
    .selectFrom('plain_devices')
    .innerJoin('projects', 'projects.id', 'plain_devices.project')
    .where('projects.plain_allowed', '=', 1);
}

/** Returns a device of a project that allows plain devices; undefined if there is none. Reads the database. */
export async function findDevice(database: Kysely<Database>, id: string): Promise<DeviceRow | undefined> {
  return deviceRows(database).where('plain_devices.id', '=', id).executeTakeFirst();
}

/** Returns the device of a token, in a project that allows plain devices; undefined if there is none. Reads the database. */
export async function findDeviceByToken(
  database: Kysely<Database>,
  tokenHash: Uint8Array,
): Promise<DeviceRow | undefined> {
  return deviceRows(database).where('plain_devices.token_hash', '=', tokenHash).executeTakeFirst();
}

/** Lists the devices with these IDs that are in projects that allow plain devices. Reads the database. */
export async function listDevices(database: Kysely<Database>, ids: readonly string[]): Promise<DeviceRow[]> {
  return ids.length === 0 ? [] : deviceRows(database).where('plain_devices.id', 'in', ids).execute();
}

/**
 * Adds a device to a project. Writes the database.
 * @param device with new IDs, and the account that adds it
 * @throws {PlatformError} `platform.limit`, `project.plain-off`
 */
export async function addDevice(
  transaction: Transaction<Database>,
  device: Readonly<{ id: string; project: string; name: string; account: string }>,
  now: number,
): Promise<void> {
  await requireAllowed(transaction, device.project);
  const { count } = await transaction
    .selectFrom('plain_devices')
    .select((builder) => builder.fn.countAll<number>().as('count'))
    .where('project', '=', device.project)
    .executeTakeFirstOrThrow();
  if (count >= PLAIN_LIMITS.devices) {
    throw new PlatformError('platform.limit', `a project has at most ${PLAIN_LIMITS.devices} plain devices`);
  }
  await transaction
    .insertInto('plain_devices')
    .values({
      id: device.id,
      project: device.project,
      name: device.name,
      token_hash: null,
      workdir: null,
      last_seen: null,
      created_by: device.account,
      created_at: now,
    })
    .execute();
}

/**
 * Stores a new pairing code for a device. The code before it and the device's token end; the caller then closes the device's connection
 * (`PlainProtocol.recheck`). Writes the database.
 * @returns end of the code, Unix ms
 * @throws {PlatformError} `project.plain-off`
 */
export async function setPairingCode(
  transaction: Transaction<Database>,
  { device, project, hash }: Readonly<{ device: string; project: string; hash: Uint8Array }>,
  now: number,
): Promise<number> {
  await requireAllowed(transaction, project);
  const expiresAt = now + PLAIN_LIMITS.pairingCode;
  await transaction.deleteFrom('one_time').where('device', '=', device).where('purpose', '=', 'plain-pair').execute();
  await transaction
    .insertInto('one_time')
    .values({
      hash,
      purpose: 'plain-pair',
      account: null,
      email: null,
      project,
      device,
      expires_at: expiresAt,
      used_at: null,
    })
    .execute();
  await transaction.updateTable('plain_devices').set({ token_hash: null }).where('id', '=', device).execute();
  return expiresAt;
}

/**
 * Uses up a pairing code: the device gets a token, and perhaps a name. Writes the database.
 * @returns the device; undefined for a code that is wrong, used or expired, or whose project doesn't allow plain devices
 */
export async function usePairingCode(
  transaction: Transaction<Database>,
  { hash, tokenHash, name }: Readonly<{ hash: Uint8Array; tokenHash: Uint8Array; name: string | undefined }>,
  now: number,
): Promise<Readonly<{ device: string; project: string }> | undefined> {
  const found = await allowedDevices(transaction)
    .innerJoin('one_time', 'one_time.device', 'plain_devices.id')
    .select(['plain_devices.id as device', 'plain_devices.project as project'])
    .where('one_time.hash', '=', hash)
    .where('one_time.purpose', '=', 'plain-pair')
    .where('one_time.used_at', 'is', null)
    .where('one_time.expires_at', '>', now)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  await transaction.updateTable('one_time').set({ used_at: now }).where('hash', '=', hash).execute();
  await transaction
    .updateTable('plain_devices')
    .set({ token_hash: tokenHash, ...(name === undefined ? {} : { name }) })
    .where('id', '=', found.device)
    .execute();
  return found;
}

/** Records that a device is connected or was until now. Writes the database. */
export async function markSeen(transaction: Transaction<Database>, device: string, now: number): Promise<void> {
  await transaction.updateTable('plain_devices').set({ last_seen: now }).where('id', '=', device).execute();
}

/** Deletes pairing codes that have expired. Writes the database. */
export async function deleteExpiredCodes(transaction: Transaction<Database>, now: number): Promise<void> {
  await transaction.deleteFrom('one_time').where('purpose', '=', 'plain-pair').where('expires_at', '<=', now).execute();
}

async function requireAllowed(transaction: Transaction<Database>, project: string): Promise<void> {
  const found = await transaction
    .selectFrom('projects')
    .select('plain_allowed')
    .where('id', '=', project)
    .executeTakeFirst();
  if (found?.plain_allowed !== 1) {
    throw new PlatformError(
      'project.plain-off',
      'the project does not allow devices that the relay can read: its owner sets plainAllowed',
    );
  }
}

function deviceRows(database: Kysely<Database>) {
  return allowedDevices(database).select([
    'plain_devices.id as id',
    'plain_devices.project as project',
    'plain_devices.name as name',
    'plain_devices.workdir as workdir',
    'plain_devices.token_hash as tokenHash',
  ]);
}
