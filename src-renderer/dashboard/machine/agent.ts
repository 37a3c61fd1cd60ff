import { AgentTabs } from '#browser/tabs/index.ts';
import { openWorkerAgent } from '#browser/worker-agent/index.ts';
import { AppApiClient, bridgeTransports, createTransportPair, ShellTransport } from '#shared/app-api/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { PlatformClient } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { MEMBER, NAME } from '../machine-keys/index.ts';
import { pageShell } from './shell.ts';
import { startWorker } from './start-worker.ts';

let tabs: AgentTabs | undefined;

/** Parts of the page that the agent of this browser needs. */
export type MachineOptions = Readonly<{
  client: PlatformClient;
  /** Device whose project this browser joins, if it is in none of that person's yet. */
  device: string;
}>;

/**
 * Connects a window to the agent of this browser, wherever it runs, and starts it in this tab if it runs in none.
 * @throws the error with which the agent can't be created, such as `keys.unsupported`; {PlatformError} the relay gives no ticket; {AppApiError} `control.lost`
 */
export async function connectMachine(options: MachineOptions): Promise<AppApiClient> {
  const { version } = await options.client.call('relay.get');
  if (tabs === undefined || tabs.isClosed)
    tabs = new AgentTabs({ name: NAME, logger: silentLogger, open: () => openAgent(options, version) });
  const agent = await tabs.connect();
  const [window, inner] = createTransportPair();
  bridgeTransports(new ShellTransport(inner, pageShell(version)), agent);
  return new AppApiClient(window);
}

async function openAgent({ client, device }: MachineOptions, version: string): ReturnType<typeof openWorkerAgent> {
  const enrolTicket = await ticketFor(client, device);
  return await openWorkerAgent({
    logger: silentLogger,
    createWorker: startWorker,
    version,
    deviceName: text('machine.name'),
    relayUrl: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.hostname}:${location.port || (location.protocol === 'https:' ? '443' : '80')}`,
    enrolTicket,
  });
}

/** Asks for a ticket that admits this browser to the project of a device; undefined if it is a member. */
async function ticketFor(
  client: PlatformClient,
  device: string,
): Promise<Readonly<{ id: Uint8Array; secret: Uint8Array }> | undefined> {
  const { projects } = await client.call('projects.list');
  let chosen = projects[0]?.id;
  for (const { id } of projects) {
    const { devices } = await client.call('devices.list', { params: { project: id } });
    if (devices.some((one) => one.id === device)) chosen = id;
  }
  const joined = joinedProjects();
  if (chosen === undefined || joined.includes(chosen)) return undefined;
  const { ticket, secret } = await client.call('devices.enrol', { params: { project: chosen } });
  try {
    localStorage.setItem(MEMBER, [...joined, chosen].join(' '));
  } catch {
    // Each start takes a new ticket then.
  }
  return { id: fromBase64Url(ticket), secret: fromBase64Url(secret) };
}

function joinedProjects(): readonly string[] {
  try {
    return (localStorage.getItem(MEMBER) ?? '').split(' ').filter(Boolean);
  } catch {
    return [];
  }
}
