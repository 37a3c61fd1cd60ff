import { toHex } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { addProject, requireRoomForProject } from '../projects/project-rows.ts';
import type { PlatformTask } from '../tasks.ts';
import { toUuid } from '#shared/platform/index.ts';

/**
 * Returns the project that a device joins by the code of an account: the account's oldest own one, or a new one with the account's name. Reads or writes
 * the database.
 * @throws {PlatformError} `platform.limit`
 */
export async function projectForDevice(
  task: PlatformTask,
  crypto: CryptoBackend,
  { id: account, name }: Readonly<{ id: string; name: string }>,
): Promise<string> {
  const { database, now } = task;
  const own = await database
    .selectFrom('projects')
    .select('id')
    .where('owner_account', '=', account)
    .orderBy('created_at')
    .orderBy('id')
    .executeTakeFirst();
  if (own !== undefined) return own.id;
  await requireRoomForProject(database, account);
  const id = toHex(crypto.randomBytes(16));
  await addProject(database, { id, name, account }, now);
  await task.record({ event: 'project.created', account, project: id });
  task.accountChanged(account, 'projects', [toUuid(id)]);
  return id;
}
