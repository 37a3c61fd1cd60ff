import { measureBulk, measureConnect, measureEcho, median, percentile } from './measure.ts';
import { processorSeconds } from './processes.ts';

/** A path from a local port to the server, and the processes it is made of. */
export type WholePath = Readonly<{
  name: string;
  port: number;
  processes: Readonly<Record<string, readonly number[]>>;
}>;

export type WholePathFigures = Readonly<{
  /** MiB/s of one and of eight streams, µs of an echo and of a connect, each of every round. */
  bulk1: number[];
  bulk8: number[];
  echo: number[];
  connect: number[];
  /** CPU s/GiB of one stream, by process. */
  processor: Readonly<Record<string, number[]>>;
}>;

/** `echoes`, `connects`, `warmUp`: of each round; fewer where each takes long. */
export type WholePathsOptions = Readonly<{
  rounds: number;
  bulkBytes: number;
  quick: boolean;
  echoes?: number;
  connects?: number;
  warmUp?: number;
}>;

/** One path after the other in each round; the first round of a path warms it up and is not counted. */
export async function measureWholePaths(
  paths: readonly WholePath[],
  { rounds, bulkBytes, quick, echoes = quick ? 500 : 2000, connects = quick ? 20 : 100, warmUp }: WholePathsOptions,
): Promise<ReadonlyMap<WholePath, WholePathFigures>> {
  const taken = new Map(paths.map((path) => [path, noFigures(path)]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [path, figures] of taken) {
      const before = await seconds(path);
      const bulk1 = await measureBulk(path.port, 1, bulkBytes);
      const after = await seconds(path);
      const bulk8 = await measureBulk(path.port, 8, bulkBytes / 8);
      const echo = percentile(await measureEcho(path.port, echoes, warmUp), 0.5);
      const connect = percentile(await measureConnect(path.port, connects), 0.5);
      if (round === 0) continue;
      figures.bulk1.push(bulk1);
      figures.bulk8.push(bulk8);
      figures.echo.push(echo);
      figures.connect.push(connect);
      for (const [name, used] of Object.entries(figures.processor))
        used.push((((after[name] ?? 0) - (before[name] ?? 0)) / bulkBytes) * 2 ** 30);
    }
  }
  return taken;
}

const row = (...cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);

export function printWholePaths(figures: ReadonlyMap<WholePath, WholePathFigures>): void {
  const [raw] = figures.values();
  row(
    'path',
    'bulk, 1 stream, MiB/s',
    '8 streams',
    'echo of 32 B p50, µs',
    'added to raw, µs',
    'connect p50, µs',
    'CPU s/GiB, 1 stream',
  );
  row(...Array.from({ length: 7 }, () => '---'));
  for (const [path, taken] of figures) {
    const used = Object.entries(taken.processor).map(([name, values]) => `${name} ${median(values).toFixed(2)}`);
    row(
      path.name,
      median(taken.bulk1).toFixed(0),
      median(taken.bulk8).toFixed(0),
      median(taken.echo).toFixed(0),
      (median(taken.echo) - median(raw?.echo ?? [])).toFixed(0),
      median(taken.connect).toFixed(0),
      used.join(', '),
    );
  }
}

/** Medians of the ratios of each round: what disturbs a round disturbs both. */
export function printRatios(
  figures: ReadonlyMap<WholePath, WholePathFigures>,
  name: string,
  reference: string,
  wanted: Readonly<{ bulk: string; echo: string }>,
): void {
  const of = (wantedName: string): WholePathFigures | undefined =>
    [...figures].find(([path]) => path.name === wantedName)?.[1];
  const [raw] = figures.values();
  const [ours, theirs] = [of(name), of(reference)];
  if (raw === undefined || ours === undefined || theirs === undefined) return;
  const ratio = (a: readonly number[], b: readonly number[]): string =>
    median(a.map((value, round) => value / (b[round] ?? NaN))).toFixed(2);
  const added = ({ echo }: WholePathFigures): number => median(echo) - median(raw.echo);
  console.log(`${name}: bulk, 1 stream: ${ratio(ours.bulk1, theirs.bulk1)} × ${reference} (${wanted.bulk})`);
  console.log(`${name}: bulk, 8 streams: ${ratio(ours.bulk8, theirs.bulk8)} × ${reference} (${wanted.bulk})`);
  console.log(`${name}: added round trip: ${(added(ours) / added(theirs)).toFixed(2)} × ${reference} (${wanted.echo})`);
}

function noFigures(path: WholePath): WholePathFigures {
  const processor = Object.fromEntries(Object.keys(path.processes).map((name) => [name, [] as number[]]));
  return { bulk1: [], bulk8: [], echo: [], connect: [], processor };
}

async function seconds(path: WholePath): Promise<Record<string, number>> {
  const entries = Object.entries(path.processes).map(
    async ([name, pids]) => [name, await processorSeconds(pids)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
