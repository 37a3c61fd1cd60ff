import {
  RIGHTS,
  type Grant,
  type PeerView,
  type Right,
  type RightDecision,
  type TargetPattern,
  type TemporaryTarget,
} from '#shared/app-api/index.ts';
import { joinList, joinSentences, text } from '../../../locale/index.ts';
import { formatMoment, quoteUntrusted } from '../../../ui/index.ts';
import { rightsThere, targetText } from '../../peers/index.ts';

/** Targets that a peer may use here without asking: permanently or until their end, and for a while. */
export type OpenTargets = Readonly<{ known: readonly TargetPattern[]; approved: readonly TemporaryTarget[] }>;

/**
 * Describes what a new peer may do on this machine: all that doesn't ask, with its end. A machine that pairs again keeps what it was allowed. Used by
 * the last step.
 * @param now ms since 1970
 */
export function rightsText(peer: PeerView, targets: OpenTargets, now: number): string {
  const name = quoteUntrusted(peer.name);
  const { allow, ask, deny } = byDecision(peer);
  const open = [
    ...allow.map((right) => withEnd(text(`pairing.rights.of.${right}`), peer.rights[right].expiresAt, now)),
    ...openTargets(peer, targets, now),
  ];
  const hasEnd = allow.some((right) => peer.rights[right].expiresAt !== null);
  if (ask.length === 0 && deny.length === 0 && !hasEnd) return text('pairing.rights.all', { name });
  if (open.length === 0 && deny.length === 0) return text('pairing.rights.ask', { name });
  if (open.length === 0 && ask.length === 0) return text('pairing.rights.nothing', { name });
  const rights = joinList(open);
  const denied = joinList(deny.map((right) => text(`pairing.rights.of.${right}`)));
  if (open.length === 0) return text('pairing.rights.denied', { name, denied });
  // A browser gets its permissions with the pairing.
  if (deny.length === 0)
    return text(peer.browser === undefined ? 'pairing.rights.kept' : 'pairing.rights.some', { name, rights });
  return text(ask.length === 0 ? 'pairing.rights.only' : 'pairing.rights.mixed', { name, rights, denied });
}

/** Lists the targets that a peer may use without asking, each with its end; empty where its right to forward decides for all of them. */
export function openTargets({ rights }: PeerView, { known, approved }: OpenTargets, now: number): readonly string[] {
  if (rights.forward.decision !== 'ask') return [];
  const permanent = known
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
    .map((target) => ({
      words:
        target.kind === 'listen'
          ? text('pairing.rights.listen', { address: targetText(target) })
          : quoteUntrusted(targetText(target)),
      end: target.expiresAt,
    }));
  const temporary = approved
    .filter(({ expiresAt }) => expiresAt > now)
    .map(({ target, expiresAt }) => ({ words: quoteUntrusted(target), end: expiresAt }));
  return [...new Set([...permanent, ...temporary].map(({ words, end }) => withEnd(words, end, now)))];
}

function withEnd(what: string, end: Grant['expiresAt'], now: number): string {
  return end === null ? what : text('pairing.rights.until', { what, until: formatMoment(end, now) });
}

/** Returns the rights for each decision. No folder is shared with a new peer. */
function byDecision({ rights }: PeerView): Readonly<Record<RightDecision, readonly Right[]>> {
  const of = (decision: RightDecision): readonly Right[] =>
    RIGHTS.filter((right) => right !== 'files' && (rights[right]?.decision ?? 'ask') === decision);
  return { allow: of('allow'), ask: of('ask'), deny: of('deny') };
}

/**
 * Describes what this device may do on a new peer's machine, as far as the peer has named it, and for how long the peer lets it in if it is a browser.
 * @param now ms since 1970
 */
export function rightsThereText(peer: PeerView, now: number): string {
  const name = quoteUntrusted(peer.name);
  return joinSentences(
    text(`pairing.there.${rightsThere(peer, now)?.terminal ?? 'unknown'}`, { name }),
    lifeThereText(peer, now),
  );
}

/** Says for how long a peer lets this browser in; empty if this device is no browser, or the peer hasn't named it. @param now ms since 1970 */
export function lifeThereText({ name, browserThere }: Pick<PeerView, 'name' | 'browserThere'>, now: number): string {
  if (browserThere === undefined) return '';
  const until = formatMoment(browserThere.endsAt, now);
  return text(`pairing.life.${browserThere.life}`, { name: quoteUntrusted(name), until });
}
