import { forgetAgent } from '#browser/tabs/index.ts';
import { AppApiClient } from '#shared/app-api/index.ts';
import { forgetKeptTerminals } from '../../store/index.ts';
import { AGENT_NAME, forgetOwnKey, isMachine, keptAccount } from '../kept-keys/index.ts';
import { forgetProjects } from '../lost-projects/index.ts';
import { connectAgent } from './agent.ts';

/** Returns the version of the relay, which is that of the page. */
export type ReadVersion = () => Promise<string>;

/** Longest time in which machines and relay are told that this browser goes, ms. The agent itself gives up sooner without a network. */
const LEAVE_WITHIN = 20_000;

/** End of this browser as a machine that is under way. */
let ending: Promise<void> | undefined;

/**
 * Ends this browser as a machine: tells machines and relay, which remove it, ends its agent in all tabs, and removes its keys. The next person is
 * another device. Takes a few seconds at most, also without a network.
 * @throws {StoreError} the keys couldn't be removed
 */
export async function endMachine(readVersion: ReadVersion): Promise<void> {
  ending ??= end(readVersion).finally(() => {
    ending = undefined;
  });
  await ending;
}

/** Ends this browser as a machine of any owner but this one: an account, or `NO_ACCOUNT`. @throws {StoreError} the keys couldn't be removed */
export async function endOthers(readVersion: ReadVersion, owner: string): Promise<void> {
  await ending;
  const kept = await keptAccount();
  if (kept !== undefined && kept !== owner) await endMachine(readVersion);
}

async function end(readVersion: ReadVersion): Promise<void> {
  const account = await keptAccount();
  const isOver = new Promise<void>((resolve) => setTimeout(resolve, LEAVE_WITHIN));
  // Without an answer, the machines remove this browser at its end.
  await Promise.race([leave(readVersion, account).catch(() => undefined), isOver]);
  await forgetAgent(AGENT_NAME, account);
  forgetKeptTerminals(() => localStorage);
  forgetProjects();
}

async function leave(readVersion: ReadVersion, account: string | undefined): Promise<void> {
  if (!(await isMachine())) return;
  const agent = new AppApiClient(await connectAgent(await readVersion(), account));
  try {
    await agent.call('device.leave', {});
    forgetOwnKey();
  } finally {
    agent.close();
  }
}
