import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';

/** Describes the peer's permissions on this machine; a peer that pairs again keeps them. */
export function rightsText({ rights }: PeerView): string {
  return text(`pairing.rights.${rights.terminal?.decision ?? 'ask'}`);
}
