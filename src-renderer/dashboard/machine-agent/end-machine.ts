import { openPageStore } from '#browser/store/index.ts';
import { forgetAgent } from '#browser/tabs/index.ts';
import { AppApiClient } from '#shared/app-api/index.ts';
import type { PlatformClient } from '#shared/platform/index.ts';
import { connectAgent, NAME } from './agent.ts';

/** Longest time in which machines and relay are told that this browser goes, ms. A person waits, perhaps without a network. */
const LEAVE_WITHIN = 3000;
/** Longest part of it in which an agent that has just started connects to the relay, ms. */
const ONLINE_WITHIN = 1200;

/**
 * Ends this browser as a machine: tells machines and relay, which remove it, ends its agent in all tabs, and removes its keys. The next person is
 * another device. Takes a few seconds at most, also without a network.
 * @throws {StoreError} the keys couldn't be removed
 */
export async function endMachine(client: PlatformClient): Promise<void> {
  const isOver = new Promise<void>((resolve) => setTimeout(resolve, LEAVE_WITHIN));
  // Without an answer, the machines remove this browser at its end.
  await Promise.race([leave(client).catch(() => undefined), isOver]);
  await forgetAgent(NAME);
}

async function leave(client: PlatformClient): Promise<void> {
  if (!(await isMachine())) return;
  const { version } = await client.call('relay.get');
  const agent = new AppApiClient(await connectAgent(version));
  try {
    await agent.call('relay.ready', { timeout: ONLINE_WITHIN }).catch(() => undefined);
    await agent.call('device.leave', {});
  } finally {
    agent.close();
  }
}

/** Reports whether this browser has keys, or runs an agent whose keys are in memory only. */
async function isMachine(): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  if (held.some(({ name }) => name === NAME)) return true;
  const store = await openPageStore();
  store.close();
  return store.keys !== undefined;
}
