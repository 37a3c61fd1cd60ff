import type { PeerId } from '#shared/identity/index.ts';
import { shortPeerId } from '#shared/identity/index.ts';
import type { RequestText } from '../core/approvals/index.ts';

/**
 * Describes a request to pass through this device. @param name of the peer it wants to reach; undefined for a stranger, whose id is shown
 * whole: others can be made that begin alike.
 */
export function describePassThrough(to: PeerId, name: string | undefined): RequestText {
  return {
    detail: `pass through this device to ${name ?? shortPeerId(to)}`,
    facts: [{ fact: 'device', value: to }],
    subject: to,
  };
}
