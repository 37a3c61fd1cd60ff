import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';

/**
 * Describes in one sentence what a new peer may do on this machine (a peer that pairs again keeps its permissions). Used by the last step.
 */
export function rightsText({ rights }: PeerView): string {
  return text(`pairing.rights.${rights.terminal?.decision ?? 'ask'}`);
}
