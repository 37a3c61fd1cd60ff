import type { PeerId } from '#shared/identity/index.ts';
import { toUuid } from '#shared/platform/index.ts';
import { removeMembers } from '../devices/remove-members.ts';
import type { PlatformTask } from '../tasks.ts';
import { listAccountsIn } from './project-rows.ts';

/** Tables whose rows a project has by its accounts. */
const ENDING_TABLES = [
  'project_people',
  'invitations',
  'enrol_tickets',
  'plain_devices',
  'foreign_instances',
  'one_time',
] as const;

/**
 * Ends what a project has with accounts: people, invitations, tickets, plain devices, foreign instances, and the device keys that accounts admitted. A project that a device
 * gave stays that device's, with the devices that its devices enrolled; a project of an account is deleted. Writes the database.
 */
export async function endAccountProject(task: PlatformTask, project: string): Promise<void> {
  const { database } = task;
  const row = await database
    .selectFrom('projects')
    .select(['owner_device', 'owner_account'])
    .where('id', '=', project)
    .executeTakeFirst();
  if (row === undefined) return;
  const people = await listAccountsIn(database, project);
  const isKept = row.owner_device !== null;
  // 1. The keys of other people first, so that the owner's devices, which are in the project until step 2, hear of it.
  const keeper = isKept ? null : row.owner_account;
  const foreign = await listMembers(task, project, (account) => account !== null && account !== keeper);
  await removeMembers(task, project, foreign);
  // 2. Everything else.
  if (isKept) {
    for (const table of ENDING_TABLES) {
      await database.deleteFrom(table).where('project', '=', project).execute();
    }
    await database
      .updateTable('projects')
      .set({ owner_account: null, claim: null, plain_allowed: 0, updated_at: task.now })
      .where('id', '=', project)
      .execute();
  } else {
    const left = await listMembers(task, project, () => true);
    await database.deleteFrom('projects').where('id', '=', project).execute();
    for (const member of left) {
      task.removed({ project, member, memberships: await task.members.memberships(member), at: undefined });
    }
  }
  for (const account of people) task.accountChanged(account, 'projects', [toUuid(project)]);
  task.accessLost();
}

/** Lists current members of a project by the account that admitted them, which is null for an enrolled one. */
async function listMembers(
  task: PlatformTask,
  project: string,
  counts: (account: string | null) => boolean,
): Promise<PeerId[]> {
  const rows = await task.database
    .selectFrom('members')
    .select(['peer_id', 'account'])
    .where('project_id', '=', project)
    .where('removed_at', 'is', null)
    .execute();
  return rows.filter(({ account }) => counts(account)).map((row) => row.peer_id as PeerId);
}
