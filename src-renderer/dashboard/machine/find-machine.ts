import type { PlatformClient } from '#shared/platform/index.ts';
import type { UnpairedMachine } from '../../store/index.ts';
import { shortDeviceId } from '../devices/index.ts';

/** Finds what the relay knows about a machine of one of the account's projects. A machine of none has only its ID. */
export async function findMachine(client: PlatformClient, device: string): Promise<UnpairedMachine> {
  const unknown = { peerId: device, name: shortDeviceId(device) };
  const { projects } = await client.call('projects.list');
  for (const { id: project, role, owner } of projects) {
    const { devices } = await client.call('devices.list', { params: { project } });
    const found = devices.find(({ id }) => id === device);
    if (found === undefined) continue;
    const name = found.label ?? unknown.name;
    if (role === 'owner' || owner === null) return { peerId: device, name };
    return { peerId: device, name, owner: owner.name };
  }
  return unknown;
}

/** Lists the names of the machines of the account's projects, by peer ID, as far as they have one. */
export async function readLabels(client: PlatformClient): Promise<Readonly<Record<string, string>>> {
  const { projects } = await client.call('projects.list');
  const lists = await Promise.all(
    projects.map(async ({ id }) => (await client.call('devices.list', { params: { project: id } })).devices),
  );
  return Object.fromEntries(lists.flat().flatMap(({ id, label }) => (label === null ? [] : [[id, label]])));
}
