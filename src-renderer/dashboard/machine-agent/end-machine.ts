import { forgetAgent } from '#browser/tabs/index.ts';
import { AppApiClient } from '#shared/app-api/index.ts';
import { forgetKeptTerminals } from '../../store/index.ts';
import { AGENT_NAME, forgetOwnKey, isMachine, keptAccount } from '../kept-keys/index.ts';
import { forgetProjects } from '../lost-projects/index.ts';
import { connectAgent } from './agent.ts';

/** Returns the version of the relay, which is that of the page. */
export type ReadVersion = () => Promise<string>;

/**
 * Longest time in which machines and relay are told that this browser goes, ms: a person waits. A machine that isn't told hears it from the relay, or ends the
 * rights of this browser when their time is over.
 */
const LEAVE_WITHIN = 3000;

/** End of this browser as a machine that is under way. */
let ending: Promise<boolean> | undefined;

/**
 * Ends this browser as a machine: tells machines and relay, which remove it, ends its agent in all tabs, and removes its keys. The next person is
 * another device. Takes a few seconds at most, also without a network.
 * @returns false if a machine may not have been told: it ends what this browser may do when its time is over
 * @throws {StoreError} the keys couldn't be removed
 */
export async function endMachine(readVersion: ReadVersion): Promise<boolean> {
  ending ??= end(readVersion).finally(() => {
    ending = undefined;
  });
  return await ending;
}

/**
 * Starts the agent of this browser while the person is asked whether to sign out, so that it has reached its relay when it has to tell machines. Never
 * rejects: without it, the end is the same and may tell fewer.
 */
export async function prepareEnd(readVersion: ReadVersion): Promise<void> {
  try {
    if (!(await isMachine())) return;
    // The agent goes on in this tab without this connection.
    (await connectAgent(await readVersion(), await keptAccount())).close();
  } catch {
    // The end of this browser reports what doesn't work.
  }
}

/** Ends this browser as a machine of any owner but this one: an account, or `NO_ACCOUNT`. @throws {StoreError} the keys couldn't be removed */
export async function endOthers(readVersion: ReadVersion, owner: string): Promise<void> {
  await ending;
  const kept = await keptAccount();
  if (kept !== undefined && kept !== owner) await endMachine(readVersion);
}

async function end(readVersion: ReadVersion): Promise<boolean> {
  const account = await keptAccount();
  const isOver = new Promise<false>((resolve) => setTimeout(() => resolve(false), LEAVE_WITHIN));
  let isReached = false;
  const leaving = leave(readVersion, account, () => {
    isReached = true;
  });
  // Without an answer, the machines remove this browser at its end.
  const told = await Promise.race([leaving.catch(() => false), isOver]);
  // The agent of a tab that hangs has heard nothing yet.
  await forgetAgent(AGENT_NAME, account, { tells: !told && !isReached });
  forgetKeptTerminals(() => localStorage);
  forgetProjects();
  return told;
}

/** Has the agent tell machines and relay. @param onReached called when the agent has been reached, and before it has told anyone */
async function leave(readVersion: ReadVersion, account: string | undefined, onReached: () => void): Promise<boolean> {
  if (!(await isMachine())) return true;
  const agent = new AppApiClient(await connectAgent(await readVersion(), account));
  onReached();
  try {
    const { told } = await agent.call('device.leave', {});
    forgetOwnKey();
    return told;
  } finally {
    agent.close();
  }
}
