import { formatNumber, text } from '../../../locale/index.ts';

/** What the measurements of one peer say, ms. */
export type RoundTripSummary = Readonly<{ now: number; least: number; most: number; count: number }>;

/** Undefined when nothing was measured. */
export function summariseRoundTrips(values: readonly number[]): RoundTripSummary | undefined {
  const now = values.at(-1);
  if (now === undefined) return undefined;
  return { now, least: Math.min(...values), most: Math.max(...values), count: values.length };
}

/** A duration as precise as it is worth reading: `<1 ms`, `4.2 ms`, `38 ms`, `1.4 s`. */
export function formatRoundTrip(milliseconds: number): string {
  if (milliseconds < 1) return text('peers.rtt.under-one');
  if (milliseconds < 9.95) return text('peers.rtt.milliseconds', { value: trimmed(milliseconds) });
  if (milliseconds < 999.5) return text('peers.rtt.milliseconds', { value: Math.round(milliseconds) });
  return text('peers.rtt.seconds', { value: trimmed(milliseconds / 1000) });
}

function trimmed(value: number): string {
  return formatNumber(value, { maximumFractionDigits: 1, useGrouping: false });
}
