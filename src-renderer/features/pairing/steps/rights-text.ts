import { RIGHTS, type PeerView, type RightDecision } from '#shared/app-api/index.ts';
import { joinList, text } from '../../../locale/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';
import { rightsThere } from '../../peers/index.ts';

/** Describes what a new peer may do on this machine (a peer that pairs again keeps its permissions). Used by the last step. */
export function rightsText(peer: PeerView): string {
  const name = quoteUntrusted(peer.name);
  const { allow, ask, deny } = byDecision(peer);
  if (ask.length === 0 && deny.length === 0) return text('pairing.rights.all', { name });
  if (allow.length === 0 && deny.length === 0) return text('pairing.rights.ask', { name });
  if (allow.length === 0 && ask.length === 0) return text('pairing.rights.nothing', { name });
  const rights = joinList(allow);
  const denied = joinList(deny);
  if (allow.length === 0) return text('pairing.rights.denied', { name, denied });
  if (deny.length === 0) return text('pairing.rights.some', { name, rights });
  return text(ask.length === 0 ? 'pairing.rights.only' : 'pairing.rights.mixed', { name, rights, denied });
}

/** Returns the names of the rights for each decision. */
function byDecision({ rights }: PeerView): Readonly<Record<RightDecision, readonly string[]>> {
  const of = (decision: RightDecision): readonly string[] =>
    RIGHTS.filter((right) => (rights[right]?.decision ?? 'ask') === decision).map((right) =>
      text(`pairing.rights.of.${right}`),
    );
  return { allow: of('allow'), ask: of('ask'), deny: of('deny') };
}

/** Describes in one sentence what this device may do on a new peer's machine, as far as the peer has named it. @param now ms since 1970 */
export function rightsThereText(peer: PeerView, now: number): string {
  return text(`pairing.there.${rightsThere(peer, now)?.terminal ?? 'unknown'}`, { name: quoteUntrusted(peer.name) });
}
