import type { InterfaceAddress } from '#shared/direct/index.ts';
import { ownHost } from '../direct/index.ts';
import type { MachineFacts } from './about.ts';

/** Sources of the facts about this machine. */
export type OwnFactsOptions = Readonly<{
  /** Version of ClawReach. */
  version: string;
  /** Returns the facts that the operating system knows; undefined: there are none. */
  machine: (() => MachineFacts) | undefined;
  /** Returns the addresses of this machine; undefined: none is named. */
  interfaces: (() => readonly InterfaceAddress[]) | undefined;
}>;

/** Returns the facts about this machine as of now. */
export function ownFacts({ version, machine, interfaces }: OwnFactsOptions): MachineFacts {
  const address = interfaces === undefined ? undefined : ownHost(interfaces());
  return { version, ...machine?.(), ...(address === undefined ? {} : { address }) };
}
