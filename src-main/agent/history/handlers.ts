import type { AppHandlers, HistoryEntry, HISTORY_CALLS } from '#shared/app-api/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import { matchesQuery } from './matches-query.ts';
import { newestThatFit } from '../core/newest-that-fit.ts';
import type { ApprovalStore } from '../core/approvals/index.ts';
import type { PeerHistory } from './history.ts';

type HistoryHandlers = Pick<AppHandlers, keyof typeof HISTORY_CALLS>;
type HistoryParts = Readonly<{
  history: PeerHistory;
  approvals: ApprovalStore;
  /** Returns entries of other modules, such as runs of OpenClaw. */
  more(): readonly HistoryEntry[];
}>;

/** Most characters of an approval's detail in the history; the list of approvals shows the whole text. */
const MOST_DETAIL = 4096;

/**
 * Creates the handlers of the app API's `history.*` calls. They list the history together with decided approvals and other modules' entries, and
 * clear the history, but not those. Used by the history module.
 */
export function createHistoryHandlers(parts: HistoryParts): HistoryHandlers {
  return {
    'history.list': async ({ limit, ...query }) => {
      const all = [...(await parts.history.list()), ...decidedRights(parts), ...parts.more()]
        .filter((entry) => matchesQuery(entry, query))
        .toSorted((one, other) => other.startedAt - one.startedAt);
      const entries = newestThatFit(all.slice(0, limit));
      return { entries, more: entries.length < all.length };
    },
    'history.clear': async () => {
      await parts.history.clear();
      return {};
    },
  };
}

function decidedRights({ approvals }: HistoryParts): HistoryEntry[] {
  return approvals
    .list(true)
    .flatMap(({ id, peerId, peerName, right, detail, facts, requestedAt, decidedAt, state, always, until }) =>
      state === 'pending'
        ? []
        : [
            {
              id: `right-${id}`,
              kind: 'approval' as const,
              direction: 'in' as const,
              peerId,
              peerName,
              detail: cutText(`${right}: ${detail}`, MOST_DETAIL),
              ...(facts === undefined ? {} : { facts }),
              startedAt: requestedAt,
              endedAt: decidedAt,
              open: false,
              outcome: always === true ? 'always' : until === undefined ? state : 'for-time',
              count: 1,
            },
          ],
    );
}
