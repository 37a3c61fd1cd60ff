import { forgetAgent } from '#browser/tabs/index.ts';
import { NAME } from './names.ts';

/** Ends the agent of this browser in all tabs, and removes its keys: the next person is another device. Loaded at sign-out. */
export async function forgetMachine(): Promise<void> {
  await forgetAgent(NAME);
}
