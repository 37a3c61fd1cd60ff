import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import styles from './sparkline.module.css';

const WIDTH = 72;
const HEIGHT = 20;

export type SparklineProps = Readonly<{
  /** Measurements in ms, oldest first. */
  values: readonly number[];
  label: string;
}>;

/** Draws round trips as a small line. The scale runs from 0 to the largest value, at least 10 ms. */
export function Sparkline({ values, label }: SparklineProps): ReactElement {
  const last = values.at(-1);
  const name =
    last === undefined
      ? text('ui.sparkline.empty', { label })
      : text('ui.sparkline.range', {
          label,
          last: round(last),
          least: round(Math.min(...values)),
          most: round(Math.max(...values)),
        });
  const points = plot(values);
  return (
    <svg className={styles['sparkline']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={name}>
      {points.length < 2 ? (
        <line className={styles['empty']} x1="1" x2={WIDTH - 1} y1={HEIGHT - 2} y2={HEIGHT - 2} />
      ) : (
        <>
          <polyline className={styles['line']} points={points.map(([x, y]) => `${x},${y}`).join(' ')} />
          <circle className={styles['last']} cx={points.at(-1)?.[0]} cy={points.at(-1)?.[1]} r="1.75" />
        </>
      )}
    </svg>
  );
}

function plot(values: readonly number[]): readonly (readonly [x: number, y: number])[] {
  const scale = Math.max(10, ...values);
  const step = (WIDTH - 4) / Math.max(1, values.length - 1);
  return values.map((value, index) => [
    round(2 + index * step),
    round(HEIGHT - 2 - (Math.max(0, value) / scale) * (HEIGHT - 4)),
  ]);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
