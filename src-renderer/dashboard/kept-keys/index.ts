import { keptAccount } from '#browser/store/index.ts';

export { ownKey, forgetOwnKey, keepOwnKey, keepRemoval, wasRemoved } from './own-key.ts';
export { followKeptMachines, NO_MACHINES, readKeptMachines, type KeptMachines } from './kept-machines.ts';
export { keptAccount };

/** Owner of the keys of this browser at a relay without accounts, in place of an account's ID. */
export const NO_ACCOUNT = 'no account';

/** Name of the agent in this browser. Its lock and channels are the origin's. */
export const AGENT_NAME = 'clawreach';

/** Reports whether this browser has keys, or runs an agent whose keys are in memory only. */
export async function isMachine(): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === AGENT_NAME) || (await keptAccount()) !== undefined;
}
