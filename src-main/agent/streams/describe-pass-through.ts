import type { PeerId } from '#shared/identity/index.ts';
import { shortPeerId } from '#shared/identity/index.ts';
import type { RequestText } from '../core/approvals/index.ts';

/**
 * Returns the text that asks a person whether a peer may use this device as a hop. It shows the whole ID of the device to reach, since anyone can
 * make another ID with the same beginning. Used by `StreamGate`. Pure.
 * @param to device that the peer wants to reach
 * @param name name of that device; undefined if it isn't a peer of this device
 */
export function describePassThrough(to: PeerId, name: string | undefined): RequestText {
  return {
    detail: `pass through this device to ${name ?? shortPeerId(to)}`,
    facts: [{ fact: 'device', value: to }],
    subject: to,
  };
}
