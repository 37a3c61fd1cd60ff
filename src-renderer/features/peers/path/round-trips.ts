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
  if (milliseconds < 1) return text('peers.rtt.under-one');
  if (milliseconds < 9.95) return text('peers.rtt.milliseconds', { value: trimmed(milliseconds) });
  if (milliseconds < 999.5) return text('peers.rtt.milliseconds', { value: Math.round(milliseconds) });
  return text('peers.rtt.seconds', { value: trimmed(milliseconds / 1000) });
}

function trimmed(value: number): string {
  return formatNumber(value, { maximumFractionDigits: 1, useGrouping: false });
}
