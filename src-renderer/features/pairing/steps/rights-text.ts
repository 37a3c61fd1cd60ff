import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';

/** What the peer may do here; one that is paired once more keeps what it had. */
export function rightsText({ rights }: PeerView): string {
  return text(`pairing.rights.${rights.terminal?.decision ?? 'ask'}`);
}
