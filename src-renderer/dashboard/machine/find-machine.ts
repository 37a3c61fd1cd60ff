import type { PlatformClient, ProjectView, RouteOutput } from '#shared/platform/index.ts';
import type { AppState, UnpairedMachine } from '../../store/index.ts';
import type { DashboardApi } from '../api/index.ts';
import { shortDeviceId } from '../devices/index.ts';

/** Names of machines and of their owners, by peer ID. */
export type MachineNames = Pick<AppState, 'labels' | 'owners'>;

type Devices = RouteOutput<'devices.list'>['devices'];

/** Finds what the relay knows about a machine of one of the account's projects. A machine of none has only its ID. */
export async function findMachine(client: PlatformClient, device: string): Promise<UnpairedMachine> {
  const { projects } = await client.call('projects.list');
  for (const project of projects) {
    const { devices } = await client.call('devices.list', { params: { project: project.id } });
    const found = machineOf(project, devices, device);
    if (found !== undefined) return found;
  }
  return { peerId: device, name: shortDeviceId(device) };
}

/** Returns what the page has read about a machine; undefined if it has read nothing. */
export function knownMachine(
  resources: Pick<DashboardApi['resources'], 'status'>,
  device: string,
): UnpairedMachine | undefined {
  for (const project of resources.status({ route: 'projects.list' }).value?.projects ?? []) {
    const list = resources.status({ route: 'devices.list', params: { project: project.id } }).value;
    const found = machineOf(project, list?.devices ?? [], device);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Lists the names of the machines of the account's projects, as far as they have one, and of other people who own these. */
export async function readNames(client: PlatformClient): Promise<MachineNames> {
  const { projects } = await client.call('projects.list');
  const lists = await Promise.all(
    projects.map(async (project) => {
      const { devices } = await client.call('devices.list', { params: { project: project.id } });
      return { owner: otherOwner(project), devices };
    }),
  );
  return {
    labels: Object.fromEntries(
      lists.flatMap(({ devices }) => devices.flatMap(({ id, label }) => (label === null ? [] : [[id, label]]))),
    ),
    owners: Object.fromEntries(
      lists.flatMap(({ owner, devices }) => (owner === undefined ? [] : devices.map(({ id }) => [id, owner]))),
    ),
  };
}

function machineOf(project: ProjectView, devices: Devices, device: string): UnpairedMachine | undefined {
  const found = devices.find(({ id }) => id === device);
  if (found === undefined) return undefined;
  const owner = otherOwner(project);
  return { peerId: device, name: found.label ?? shortDeviceId(device), ...(owner !== undefined && { owner }) };
}

/** Returns the name of the owner of a project of someone else. */
function otherOwner({ role, owner }: ProjectView): string | undefined {
  return role === 'owner' || owner === null ? undefined : owner.name;
}
