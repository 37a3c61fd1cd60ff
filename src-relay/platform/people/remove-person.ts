import { toUuid } from '#shared/platform/index.ts';
import { removeMembers } from '../devices/remove-members.ts';
import type { PlatformTask } from '../tasks.ts';

/**
 * Removes a member of a project, and everything that it admitted: device keys and open enrol tickets. The caller has checked the right to do so. Writes the
 * database.
 * @returns false if the account isn't a member of the project
 */
export async function removePerson(task: PlatformTask, project: string, account: string): Promise<boolean> {
  const removed = await task.database
    .deleteFrom('project_people')
    .where('project', '=', project)
    .where('account', '=', account)
    .where('role', '=', 'member')
    .returning('account')
    .executeTakeFirst();
  if (removed === undefined) return false;
  await endAdmitted(task, project, account);
  task.changed(project, 'people', [toUuid(account)]);
  task.accountChanged(account, 'projects', [toUuid(project)]);
  task.accessLost();
  return true;
}

/** Removes the device keys that an account admitted to a project, and its open enrol tickets. Writes the database. */
export async function endAdmitted(task: PlatformTask, project: string, account: string): Promise<void> {
  await task.database
    .deleteFrom('enrol_tickets')
    .where('project', '=', project)
    .where('account', '=', account)
    .where('used_at', 'is', null)
    .execute();
  await removeMembers(task, project, await task.members.admittedBy(project, account));
}
