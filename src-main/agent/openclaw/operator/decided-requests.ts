import type { HistoryEntry } from '#shared/app-api/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import type { OperatorService } from './service.ts';

/** Longest text of a request in the history, characters; the list of decided requests has the whole text. */
const MOST_DETAIL = 4096;

/**
 * Converts the decided requests of gateways to entries of the device's history, to which the OpenClaw module adds this function as a source. Only
 * reads the operator service; saves nothing.
 */
export function decidedRequests(operator: Pick<OperatorService, 'decided'>): HistoryEntry[] {
  return operator
    .decided()
    .map(({ key, gatewayName, who, command, directory, kind, requestedAt, decidedAt, outcome }) => ({
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
    }));
}
