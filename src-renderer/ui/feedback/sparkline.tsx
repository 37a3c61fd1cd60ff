import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import styles from './sparkline.module.css';

const WIDTH = 72;
const HEIGHT = 20;

export type SparklineProps = Readonly<{
  /** Measurements in ms, oldest first. */
  values: readonly number[];
  label: string;
  /** Time of each measurement, ms since 1970. The line has a gap where nothing was measured for some minutes. */
  times?: readonly number[] | undefined;
}>;

/** Smallest top of the scale, ms, so that the noise of a fast link doesn't look like trouble. */
const LEAST = 10;

/** Time without a measurement that breaks the line, ms. */
const GAP = 150_000;

/** Draws round trips as a small line. The scale runs from 0 to the largest value, at least 10 ms. */
export function Sparkline({ values, label, times }: SparklineProps): ReactElement {
  const name = sparklineText(label, values);
  const points = plot(values, times);
  return (
    <svg className={styles['sparkline']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={name}>
      {points.length < 2 ? (
        <line className={styles['empty']} x1="1" x2={WIDTH - 1} y1={HEIGHT - 2} y2={HEIGHT - 2} />
      ) : (
        <>
          {piecesOf(points, times).map((piece) => (
            <polyline
              key={piece[0]?.[0]}
              className={styles['line']}
              points={piece.map(([x, y]) => `${x},${y}`).join(' ')}
            />
          ))}
          <circle className={styles['last']} cx={points.at(-1)?.[0]} cy={points.at(-1)?.[1]} r="1.75" />
        </>
      )}
    </svg>
  );
}

/** Describes the measurements of a sparkline: the last one, the smallest and the largest, in ms. */
export function sparklineText(label: string, values: readonly number[]): string {
  const last = values.at(-1);
  return last === undefined
    ? text('ui.sparkline.empty', { label })
    : text('ui.sparkline.range', {
        label,
        last: round(last),
        least: round(Math.min(...values)),
        most: round(Math.max(...values)),
      });
}

type Point = readonly [x: number, y: number];

function plot(values: readonly number[], times: readonly number[] | undefined): readonly Point[] {
  const scale = Math.max(LEAST, ...values);
  const first = times?.[0] ?? 0;
  const span = times === undefined ? values.length - 1 : (times.at(-1) ?? 0) - first;
  return values.map((value, index) => [
    round(2 + (((times?.[index] ?? index) - first) / Math.max(1, span)) * (WIDTH - 4)),
    round(HEIGHT - 2 - (Math.max(0, value) / scale) * (HEIGHT - 4)),
  ]);
}

/** Splits the line where nothing was measured. A measurement alone is a dot. */
function piecesOf(points: readonly Point[], times: readonly number[] | undefined): readonly (readonly Point[])[] {
  const pieces: Point[][] = [];
  for (const [index, point] of points.entries()) {
    const passed = (times?.[index] ?? 0) - (times?.[index - 1] ?? 0);
    const last = pieces.at(-1);
    if (last === undefined || (times !== undefined && passed > GAP)) pieces.push([point]);
    else last.push(point);
  }
  return pieces.map((piece) => (piece.length === 1 ? [...piece, ...piece] : piece));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
