import { AgentTabs } from '#browser/tabs/index.ts';
import { openWorkerAgent } from '#browser/worker-agent/index.ts';
import type { AppTransport } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { text } from '../../locale/index.ts';
import { startWorker } from './start-worker.ts';

/** Name of the agent in this browser. Its lock and channels are the origin's. */
export const NAME = 'clawreach';

let tabs: AgentTabs | undefined;

/**
 * Connects to the agent of this browser, wherever it runs, and starts it in this tab if it runs in none.
 * @param version of the relay, which is that of the page
 * @throws the error with which the agent can't be created, such as `keys.unsupported`; {AppApiError} `control.lost`
 */
export async function connectAgent(version: string): Promise<AppTransport> {
  if (tabs === undefined || tabs.isClosed)
    tabs = new AgentTabs({ name: NAME, logger: silentLogger, open: () => openAgent(version) });
  return await tabs.connect();
}

async function openAgent(version: string): ReturnType<typeof openWorkerAgent> {
  return await openWorkerAgent({
    logger: silentLogger,
    createWorker: startWorker,
    version,
    deviceName: text('machine.name'),
    relayUrl: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.hostname}:${location.port || (location.protocol === 'https:' ? '443' : '80')}`,
  });
}
