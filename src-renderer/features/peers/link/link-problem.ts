import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Problem of a link to a peer. `doubtful`: no answer for `seconds`. */
export type LinkProblem =
  | Readonly<{ kind: 'doubtful'; seconds: number }>
  /** The link has no path. `seconds` until the next attempt; undefined during an attempt. */
  | Readonly<{ kind: 'reconnecting'; seconds: number | undefined }>;

/** Time without an answer after which a link counts as doubtful, ms; equal to `doubtfulAfter` of the link's limits. */
export const MISSING_BEFORE_DOUBT = 5000;

/** Returns the problem of a peer's link; undefined without one. Used by `LinkProblemLine`. Pure. @param now ms since 1970 */
export function linkProblem({ link }: Pick<PeerView, 'link'>, now: number): LinkProblem | undefined {
  switch (link?.state) {
    case 'doubtful':
      return { kind: 'doubtful', seconds: Math.floor(Math.max(0, now - link.since + MISSING_BEFORE_DOUBT) / 1000) };
    case 'reconnecting': {
      const left = link.retryAt === null ? 0 : link.retryAt - now;
      return { kind: 'reconnecting', seconds: left > 0 ? Math.ceil(left / 1000) : undefined };
    }
    default:
      return undefined;
  }
}

/** Describes when the next attempt begins, for use beside "reconnecting"; undefined for a link that isn't reconnecting. */
export function nextTryText({ kind, seconds }: LinkProblem): string | undefined {
  if (kind !== 'reconnecting') return undefined;
  return seconds === undefined ? text('peers.link.trying') : text('peers.link.next-try', { count: seconds });
}

/** Describes the problem in one sentence. */
export function linkProblemText(problem: LinkProblem): string {
  if (problem.kind === 'doubtful') return text('peers.link.doubtful', { count: problem.seconds });
  return problem.seconds === undefined
    ? text('peers.link.reconnecting')
    : text('peers.link.reconnecting.in', { count: problem.seconds });
}

/** Returns a sentence for each link that broke or came back between two states of the peers. Attempts in between are left out. Pure. */
export function linkNews(before: readonly PeerView[], after: readonly PeerView[]): readonly string[] {
  const known = new Map(before.map((peer) => [peer.peerId, peer]));
  return after.flatMap((peer) => {
    const was = known.get(peer.peerId)?.link?.state === 'reconnecting';
    const is = peer.link?.state === 'reconnecting';
    if (was === is) return [];
    const name = quoteUntrusted(peer.name);
    if (is) return [text('peers.link.news.lost', { name })];
    return [text(peer.link === null ? 'peers.link.news.ended' : 'peers.link.news.back', { name })];
  });
}
