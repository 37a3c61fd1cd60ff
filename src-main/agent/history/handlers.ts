import type { AppHandlers, HistoryEntry, SESSION_CALLS } from '#shared/app-api/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import { fits } from './index.ts';
import { newestThatFit } from '../core/fit-newest.ts';
import type { AgentParts } from '../api/parts.ts';

type SessionHandlers = Pick<AppHandlers, keyof typeof SESSION_CALLS>;
type HistoryParts = Pick<AgentParts, 'history' | 'approvals' | 'operator'>;

/** Characters of what was asked; what is beyond is counted here, and whole among the approvals. */
const MOST_DETAIL = 4096;

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
  return approvals.list(true).flatMap(({ id, peerId, peerName, right, detail, facts, requestedAt, decidedAt, state }) =>
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
            outcome: state,
            count: 1,
          },
        ],
  );
}

/** What gateways asked of the person here. */
function decidedRequests({ operator }: HistoryParts): HistoryEntry[] {
  return (operator?.decided() ?? []).map(
    ({ key, gatewayName, who, command, directory, kind, requestedAt, decidedAt, outcome }) => ({
      id: `request-${key}`.slice(0, 80),
      kind: 'approval' as const,
      direction: 'in' as const,
      peerId: null,
      peerName: gatewayName.slice(0, 128),
      detail: cutText(`${kind}: ${command ?? who}`, MOST_DETAIL),
      ...(directory === null ? {} : { facts: [{ fact: 'folder' as const, value: directory }] }),
      startedAt: Math.floor(requestedAt ?? decidedAt),
      endedAt: Math.floor(decidedAt),
      open: false,
      outcome,
      count: 1,
    }),
  );
}
