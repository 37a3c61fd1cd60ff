import { AgentTabs } from '#browser/tabs/index.ts';
import { openWorkerAgent } from '#browser/worker-agent/index.ts';
import { AppApiError, type AppTransport } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { ownBrowserName } from '../formats/index.ts';
import { AGENT_NAME } from '../kept-keys/index.ts';
import { startWorker } from './start-worker.ts';

let tabs: Readonly<{ account: string | undefined; agent: AgentTabs }> | undefined;

/**
 * Connects to the agent of this browser, wherever it runs, and starts it in this tab if it runs in none.
 * @param version of the relay, which is that of the page
 * @param account account that the agent belongs to: one of another account ends. Undefined: that of the agent that runs
 * @param person name of the account's person, which guests of share links are told
 * @throws the error with which the agent can't be created, such as `keys.unsupported`; {AppApiError} `control.lost`
 */
export async function connectAgent(
  version: string,
  account: string | undefined,
  person?: string,
): Promise<AppTransport> {
  const isOfAnother = account !== undefined && tabs !== undefined && tabs.account !== account;
  if (isOfAnother) await tabs?.agent.close();
  if (tabs === undefined || isOfAnother || tabs.agent.isClosed)
    tabs = {
      account,
      agent: new AgentTabs({
        name: AGENT_NAME,
        account,
        logger: silentLogger,
        open: () => openAgent(version, account, person),
      }),
    };
  return await tabs.agent.connect();
}

async function openAgent(
  version: string,
  account: string | undefined,
  personName: string | undefined,
): ReturnType<typeof openWorkerAgent> {
  if (account === undefined) throw new AppApiError('control.lost', 'no agent runs');
  return await openWorkerAgent({
    account,
    logger: silentLogger,
    createWorker: startWorker,
    version,
    personName,
    deviceName: ownBrowserName(navigator.userAgent),
    relayUrl: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.hostname}:${location.port || (location.protocol === 'https:' ? '443' : '80')}`,
  });
}
