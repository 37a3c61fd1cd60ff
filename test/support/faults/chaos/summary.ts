import type { ChaosReport } from './run.ts';

/** What was found wrong with a run, in words; empty when nothing was. */
export function findingsOf(report: ChaosReport, lines: number): readonly string[] {
  const { digests, lineFaults, shells, interruptions, inflicted } = report;
  const kills = inflicted.filter(({ fault }) => fault.kind === 'agent killed' && fault.machine !== 'middle').length;
  const most = Math.max(interruptions.transfer.length, interruptions.terminal.length);
  return [
    ...(digests[0] === digests[1] ? [] : ['the file is another']),
    ...lineFaults,
    ...(report.lines === lines ? [] : [`${report.lines} of ${lines} lines`]),
    ...(shells.length === 1 ? [] : [`${shells.length} shells`]),
    ...(most <= kills ? [] : [`${most} sessions lost, ${kills} agents killed`]),
    ...[...interruptions.transfer, ...interruptions.terminal]
      .filter((reason) => !/^(?:control\.lost|link\.session-lost)/.test(reason))
      .map((reason) => `a session ended with ${reason}`),
  ];
}

/** A table of all runs: each kind of fault, how often, and how long nothing came because of it. Markdown. */
export function tabulate(reports: readonly ChaosReport[]): readonly string[] {
  const kinds = new Map<string, { bridged: number[]; recovered: number[] }>();
  for (const { fault, before, after, bridged, recovered } of reports.flatMap(({ inflicted }) => inflicted)) {
    const who = 'machine' in fault ? ` (${fault.machine})` : '';
    const name = `${fault.kind}${who}, ${before === after ? `on ${before}` : `${before} → ${after}`}`;
    const times = kinds.get(name) ?? { bridged: [], recovered: [] };
    times.bridged.push(bridged);
    if (recovered !== undefined) times.recovered.push(recovered);
    kinds.set(name, times);
  }
  return [
    '| fault, and the path before and after it | times | bytes again after, s: median / longest | after it was whole again, s: median / longest |',
    '| --- | --- | --- | --- |',
    ...[...kinds]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(
        ([name, { bridged, recovered }]) =>
          `| ${name} | ${bridged.length} | ${spread(bridged)} | ${spread(recovered)} |`,
      ),
  ];
}

function spread(times: readonly number[]): string {
  if (times.length === 0) return '–';
  const sorted = [...times].sort((a, b) => a - b);
  const [median = 0, longest = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `${(median / 1000).toFixed(2)} / ${(longest / 1000).toFixed(2)}`;
}
