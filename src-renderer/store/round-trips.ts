import type { PeerView } from '#shared/app-api/index.ts';
import type { AppState } from './state.ts';

/** Most round trips stored for a peer; its sparkline shows them all. */
export const MOST_ROUND_TRIPS = 60;

type RoundTrips = AppState['roundTrips'];

/**
 * Appends the round trip of each linked peer, and drops the measurements of peers that aren't listed any more. Pure; `apply-answers.ts` stores the
 * result.
 */
export function addRoundTrips(before: RoundTrips, peers: readonly PeerView[]): RoundTrips {
  return Object.fromEntries(
    peers.flatMap(({ peerId, rtt, linked }) => {
      const values = before[peerId] ?? [];
      const all = rtt === null || !linked || rtt === values.at(-1) ? values : [...values, rtt];
      return all.length === 0 ? [] : [[peerId, all.slice(-MOST_ROUND_TRIPS)]];
    }),
  );
}

/** Appends one measurement, such as the answer to a ping. Pure. @param rtt ms */
export function addRoundTrip(before: RoundTrips, peerId: string, rtt: number): RoundTrips {
  return { ...before, [peerId]: [...(before[peerId] ?? []), rtt].slice(-MOST_ROUND_TRIPS) };
}
