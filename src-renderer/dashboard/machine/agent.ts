import { AgentTabs } from '#browser/tabs/index.ts';
import { openWorkerAgent } from '#browser/worker-agent/index.ts';
import { AppApiClient, bridgeTransports, createTransportPair, ShellTransport } from '#shared/app-api/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { PlatformClient } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { NAME } from '../machine-keys/index.ts';
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
  const agent = await openWorkerAgent({
    logger: silentLogger,
    createWorker: startWorker,
    version,
    deviceName: text('machine.name'),
    relayUrl: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.hostname}:${location.port || (location.protocol === 'https:' ? '443' : '80')}`,
  });
  try {
    const enrolTicket = await ticketFor(client, device, agent.peerId);
    return { ...agent, start: () => agent.start(enrolTicket) };
  } catch (error) {
    await agent.close('no ticket');
    throw error;
  }
}

/**
 * Asks for a ticket that admits this browser to the project of a device, or to the first one; undefined if it is a member there, or there is no project.
 * @param own peer ID of this browser
 */
async function ticketFor(
  client: PlatformClient,
  device: string,
  own: string,
): Promise<Readonly<{ id: Uint8Array; secret: Uint8Array }> | undefined> {
  const { projects } = await client.call('projects.list');
  const all = await Promise.all(
    projects.map(async ({ id }) => ({
      id,
      members: (await client.call('devices.list', { params: { project: id } })).devices.map((one) => one.id),
    })),
  );
  const chosen = all.find(({ members }) => members.includes(device)) ?? all[0];
  if (chosen === undefined || chosen.members.includes(own)) return undefined;
  const { ticket, secret } = await client.call('devices.enrol', { params: { project: chosen.id } });
  return { id: fromBase64Url(ticket), secret: fromBase64Url(secret) };
}
