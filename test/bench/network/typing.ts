import { echoOnce, openEcho, percentile, pour } from '../measure.ts';

/** A path to measure: ports for bulk and for keys. */
export type Way = Readonly<{ name: string; bulk: number; keys: number; host?: string }>;

/** Milliseconds of keystroke echoes, sorted; Mbit/s of the bulk beside them. */
export type Typing = Readonly<{ echoes: readonly number[]; bulk: number }>;

/** A person types faster than echoes come back: the next key follows this long after an echo, ms. */
const PAUSE = 20;

/** ms after which fewer echoes are enough. */
const LONGEST = 40_000;

/** So many echoes one after the other, with nothing beside them. */
export async function typeIdle(way: Way, count: number): Promise<readonly number[]> {
  const socket = await openEcho(way.keys, way.host);
  const samples: number[] = [];
  for (let round = 0; round < count + 5; round += 1) {
    const sample = await echoOnce(socket);
    if (round >= 5) samples.push(sample);
    await pause(PAUSE);
  }
  socket.destroy();
  return samples.sort((a, b) => a - b);
}

/** So many echoes from the beginning of a bulk transfer on: its start is part of what a person feels. */
export async function typeBeside(way: Way, count: number): Promise<Typing> {
  const socket = await openEcho(way.keys, way.host);
  for (let round = 0; round < 3; round += 1) await echoOnce(socket);
  const bulk = await pour(way.bulk, way.host);
  const echoes: number[] = [];
  const until = performance.now() + LONGEST;
  while (echoes.length < count && performance.now() < until) {
    echoes.push(await echoOnce(socket));
    await pause(PAUSE);
  }
  const rate = await bulk.stop();
  socket.destroy();
  return { echoes: echoes.sort((a, b) => a - b), bulk: rate };
}

/** `p50 / p95 / p99` of sorted samples, ms. */
export function describe(samples: readonly number[]): string {
  return [0.5, 0.95, 0.99].map((share) => percentile(samples, share).toFixed(0)).join(' / ');
}

/** Lets queues run empty. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
