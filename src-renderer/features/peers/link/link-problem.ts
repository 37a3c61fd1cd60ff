import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Problem of a link to a peer; whole seconds. */
export type LinkProblem =
  | Readonly<{ kind: 'doubtful'; seconds: number }>
  /** `seconds` until the next attempt; undefined during one. */
  | Readonly<{ kind: 'reconnecting'; seconds: number | undefined }>;

/** Time without an answer after which a link is doubtful, ms; `doubtfulAfter` of the link's limits. */
export const MISSING_BEFORE_DOUBT = 5000;

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

/** Describes the next attempt, for use beside "reconnecting". */
export function nextTryText({ kind, seconds }: LinkProblem): string | undefined {
  if (kind !== 'reconnecting') return undefined;
  return seconds === undefined ? text('peers.link.trying') : text('peers.link.next-try', { count: seconds });
}

export function linkProblemText(problem: LinkProblem): string {
  if (problem.kind === 'doubtful') return text('peers.link.doubtful', { count: problem.seconds });
  return problem.seconds === undefined
    ? text('peers.link.reconnecting')
    : text('peers.link.reconnecting.in', { count: problem.seconds });
}

/** Lists announcements for screen readers: links that broke or came back, without the attempts in between. */
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
