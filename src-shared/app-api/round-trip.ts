/** Round trip with the precision that people read: below 10 ms with one decimal, below a millisecond without a number. */
export type ShownRoundTrip =
  | Readonly<{ unit: 'under-one' }>
  | Readonly<{ unit: 'milliseconds' | 'seconds'; value: number }>;

/** Rounds a round trip as every user interface shows it. Pure. @param milliseconds smoothed, as in `PeerView.rtt` */
export function shownRoundTrip(milliseconds: number): ShownRoundTrip {
  if (milliseconds < 1) return { unit: 'under-one' };
  if (milliseconds < 9.95) return { unit: 'milliseconds', value: toTenth(milliseconds) };
  if (milliseconds < 999.5) return { unit: 'milliseconds', value: Math.round(milliseconds) };
  return { unit: 'seconds', value: toTenth(milliseconds / 1000) };
}

/** Reports whether two round trips look the same. Pure. */
export function looksTheSame(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one === other;
  return JSON.stringify(shownRoundTrip(one)) === JSON.stringify(shownRoundTrip(other));
}

function toTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
