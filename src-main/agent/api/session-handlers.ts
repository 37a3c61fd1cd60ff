import type { AppHandlers, HistoryEntry, SESSION_CALLS } from '#shared/app-api/index.ts';
import { fits } from '../history/index.ts';
import { newestThatFit } from './newest-that-fit.ts';
import type { AgentParts } from './parts.ts';

type SessionHandlers = Pick<AppHandlers, keyof typeof SESSION_CALLS>;
type HistoryParts = Pick<AgentParts, 'history' | 'approvals' | 'operator'>;

/** The answers to the calls about what has happened. */
export function createSessionHandlers(parts: HistoryParts): SessionHandlers {
  return {
    'history.list': async ({ limit, ...query }) => {
      const all = [...(await parts.history.list()), ...decidedRights(parts), ...decidedRequests(parts)]
        .filter((entry) => fits(entry, query))
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
  return approvals.list(true).flatMap(({ id, peerId, peerName, right, detail, requestedAt, decidedAt, state }) =>
    state === 'pending'
      ? []
      : [
          {
            id: `right-${id}`,
            kind: 'approval' as const,
            direction: 'in' as const,
            peerId,
            peerName,
            detail: `${right}: ${detail}`.slice(0, 300),
            startedAt: requestedAt,
            endedAt: decidedAt,
            open: false,
            outcome: state,
            count: 1,
          },
        ],
  );
}

/** What gateways asked of the person here. */
function decidedRequests({ operator }: HistoryParts): HistoryEntry[] {
  return (operator?.decided() ?? []).map(
    ({ key, gatewayName, who, command, kind, requestedAt, decidedAt, outcome }) => ({
      id: `request-${key}`.slice(0, 80),
      kind: 'approval' as const,
      direction: 'in' as const,
      peerId: null,
      peerName: gatewayName.slice(0, 128),
      detail: `${kind}: ${command ?? who}`.slice(0, 300),
      startedAt: Math.floor(requestedAt ?? decidedAt),
      endedAt: Math.floor(decidedAt),
      open: false,
      outcome,
      count: 1,
    }),
  );
}
