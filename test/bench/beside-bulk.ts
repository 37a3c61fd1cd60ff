import { measureEcho, percentile } from './measure.ts';
import { typeBeside } from './network/typing.ts';
import type { Way } from './network/typing.ts';

/** ms, the goal for the 95th percentile. */
const GOAL = 5;

/**
 * Echoes of one byte while one bulk stream runs over the same link, on loopback. Interleaved, one path after the other in each round; the
 * first round warms up.
 */
export async function measureEchoBesideBulk(
  ways: readonly Way[],
  { rounds, echoes }: Readonly<{ rounds: number; echoes: number }>,
): Promise<void> {
  const taken = new Map(
    ways.map((way) => [way, { idle: [] as number[], beside: [] as number[], bulk: [] as number[] }]),
  );
  for (let round = 0; round <= rounds; round += 1) {
    for (const [way, { idle, beside, bulk }] of taken) {
      const alone = await measureEcho(way.keys, 200);
      const typing = await typeBeside(way, round === 0 ? 20 : echoes);
      if (round === 0) continue;
      idle.push(...alone.map((sample) => sample / 1000));
      beside.push(...typing.echoes);
      bulk.push((typing.bulk * 1e6) / 8 / 2 ** 20);
    }
  }
  console.log('\n| path | echo idle p50, ms | beside one bulk stream p50 / p95 / p99, ms | bulk then, MiB/s |');
  console.log('| --- | --- | --- | --- |');
  const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
  const of = (values: readonly number[], share: number): string => percentile(sorted(values), share).toFixed(2);
  for (const [way, { idle, beside, bulk }] of taken) {
    const echo = [0.5, 0.95, 0.99].map((share) => of(beside, share)).join(' / ');
    console.log(`| ${way.name} | ${of(idle, 0.5)} | ${echo} | ${percentile(sorted(bulk), 0.5).toFixed(0)} |`);
  }
  console.log('');
  const p95 = (name: string): number | undefined => {
    const [, figures] = [...taken].find(([way]) => way.name === name) ?? [];
    return figures === undefined ? undefined : percentile(sorted(figures.beside), 0.95);
  };
  for (const [name, reference] of [
    ['ClawReach', 'ssh -J'],
    ['ClawReach, direct', 'ssh -L'],
  ] as const) {
    const [ours, theirs] = [p95(name), p95(reference)];
    if (ours === undefined) continue;
    const ratio = theirs === undefined ? '' : `, ${(ours / theirs).toFixed(2)} × ${reference}, one connection`;
    console.log(`${name}: echo p95 beside bulk ${ours.toFixed(1)} ms (goal: at most ${GOAL})${ratio}`);
  }
}
