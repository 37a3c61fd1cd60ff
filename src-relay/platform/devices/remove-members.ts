import type { PeerId } from '#shared/identity/index.ts';
import type { PlatformTask } from '../tasks.ts';

/**
 * Removes sealed devices and everything that they admitted from a project, without a signature. An owner device stays. Labels stay for the history. Writes the database; once that is
 * stored, the hub ends the connections of the removed devices and tells the others.
 */
export async function removeMembers(
  task: PlatformTask,
  project: string,
  devices: readonly PeerId[],
): Promise<PeerId[]> {
  if (devices.length === 0) return [];
  const removed = await task.members.removeByAccount(project, devices, task.now);
  for (const member of removed) {
    const memberships = await task.members.memberships(member);
    task.removed({ project, member, memberships, at: await task.members.departedAt(project, member) });
  }
  if (removed.length > 0) task.changed(project, 'devices', removed);
  return removed;
}
