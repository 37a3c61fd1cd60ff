import type { PeerView } from '#shared/app-api/index.ts';
import type { AppState } from './state.ts';

/** What a sparkline shows of one peer. */
export const MOST_ROUND_TRIPS = 60;

type RoundTrips = AppState['roundTrips'];

/** Each measurement of a linked peer once more; those of peers that are no more are forgotten. */
export function addRoundTrips(before: RoundTrips, peers: readonly PeerView[]): RoundTrips {
  return Object.fromEntries(
    peers.flatMap(({ peerId, rtt, linked }) => {
      const values = before[peerId] ?? [];
      const all = rtt === null || !linked || rtt === values.at(-1) ? values : [...values, rtt];
      return all.length === 0 ? [] : [[peerId, all.slice(-MOST_ROUND_TRIPS)]];
    }),
  );
}

/** One measurement, such as the answer to a ping. */
export function addRoundTrip(before: RoundTrips, peerId: string, rtt: number): RoundTrips {
  return { ...before, [peerId]: [...(before[peerId] ?? []), rtt].slice(-MOST_ROUND_TRIPS) };
}
