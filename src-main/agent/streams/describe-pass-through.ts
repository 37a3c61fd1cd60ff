import type { PeerId } from '#shared/identity/index.ts';
import { shortPeerId } from '#shared/identity/index.ts';
import type { RequestText } from '../core/approvals/index.ts';

/**
 * Returns the text that asks a person whether a peer may use this device as a hop. Pure. @param to peer that the hop should reach
 * @param name its name; undefined for an unknown device. Its whole ID is shown, since other IDs can be made that begin alike
 */
export function describePassThrough(to: PeerId, name: string | undefined): RequestText {
  return {
    detail: `pass through this device to ${name ?? shortPeerId(to)}`,
    facts: [{ fact: 'device', value: to }],
    subject: to,
  };
}
