import { openPageStore } from '../store/index.ts';
import type { TabNotice } from './agent-tabs.ts';

/** Longest wait for the tab with the agent to end it, ms. */
const END_WITHIN = 5000;

/**
 * Ends the agent of this browser in whichever tab it runs, and removes its keys and everything that it has stored. The next agent is another device.
 * @param name that of `AgentTabs`
 * @throws {StoreError} the browser removes nothing
 */
export async function forgetAgent(name: string): Promise<void> {
  const all = new BroadcastChannel(`${name} tabs`);
  all.postMessage({ kind: 'leave' } satisfies TabNotice);
  all.close();
  // The lock is free once the agent has ended. A tab that doesn't answer loses what it would still save.
  const waiting = AbortSignal.timeout(END_WITHIN);
  const clear = async (): Promise<void> => {
    const store = await openPageStore();
    await store.clear();
    store.close();
  };
  try {
    await navigator.locks.request(name, { signal: waiting }, clear);
  } catch (error) {
    if (!waiting.aborted) throw error;
    await clear();
  }
}
