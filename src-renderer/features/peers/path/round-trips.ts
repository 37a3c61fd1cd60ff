import { shownRoundTrip } from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';

/** Summary of a peer's measurements. `now`, `least` and `most` are in ms. */
export type RoundTripSummary = Readonly<{ now: number; least: number; most: number; count: number }>;

/** Summarises measurements in ms, oldest first; undefined without any. Pure. */
export function summariseRoundTrips(values: readonly number[]): RoundTripSummary | undefined {
  const now = values.at(-1);
  if (now === undefined) return undefined;
  return { now, least: Math.min(...values), most: Math.max(...values), count: values.length };
}

/**
 * Formats a round trip with the precision that people read: `<1 ms`, `4.2 ms`, `38 ms`, `1.4 s`. Used wherever the window shows a round trip, also
 * beside terminals.
 */
export function formatRoundTrip(milliseconds: number): string {
  const shown = shownRoundTrip(milliseconds);
  if (shown.unit === 'under-one') return text('peers.rtt.under-one');
  return text(`peers.rtt.${shown.unit}`, { value: formatNumber(shown.value, { useGrouping: false }) });
}
