import { keptAccount, removeKept } from '../store/index.ts';
import type { TabNotice } from './agent-tabs.ts';

/** Longest wait for the tab with the agent to end it, ms. */
const END_WITHIN = 5000;

/**
 * Ends the agent of an account in whichever tab it runs, and removes its keys and everything that it has stored. The next agent is another device. Keys that
 * another account has got meanwhile stay.
 * @param name that of `AgentTabs`
 * @param account undefined: that of the agent that runs
 * @param options.tells the agent tells machines and relay first: it couldn't be asked, since its tab hangs, and may go on after the keys are removed
 * @throws {StoreError} the browser removes nothing
 */
export async function forgetAgent(
  name: string,
  account: string | undefined,
  { tells = false }: Readonly<{ tells?: boolean }> = {},
): Promise<void> {
  const all = new BroadcastChannel(`${name} tabs`);
  all.postMessage({ kind: 'leave', account, tells } satisfies TabNotice);
  all.close();
  // The lock is free once the agent has ended. A tab that doesn't answer loses what it would still save.
  const waiting = AbortSignal.timeout(END_WITHIN);
  const clear = async (): Promise<void> => {
    const kept = await keptAccount();
    if (account === undefined || kept === undefined || kept === account) await removeKept();
  };
  try {
    await navigator.locks.request(name, { signal: waiting }, clear);
  } catch (error) {
    if (!waiting.aborted) throw error;
    await clear();
  }
}
