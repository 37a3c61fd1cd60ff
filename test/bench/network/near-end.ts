/** The run itself, in the near namespace: `near-end.ts FAR_NAMESPACE RATE_MBIT QUICK ONLY`. */
import { readFileSync } from 'node:fs';
import { measureBulk, median, percentile } from '../measure.ts';
import { startDirectPeers, startNode, startPeers, startRelayProcess } from '../paths.ts';
import type { Elsewhere } from '../paths.ts';
import { endAll } from '../processes.ts';
import { startSshReference } from '../ssh.ts';
import { FAR_ADDRESS } from './emulated-link.ts';
import { describe, pause, typeBeside, typeIdle } from './typing.ts';
import type { Way } from './typing.ts';

const [farSpace = '', rateText = '', quickText, only = ''] = process.argv.slice(2);
const quick = quickText === 'true';
const rounds = quick ? 1 : 3;
const echoes = quick ? 60 : 120;
/** What the link carries in six seconds, or three. */
const bulkBytes = (Number(rateText) / 8) * 1e6 * (quick ? 3 : 6);

process.on('exit', endAll);
process.on('SIGTERM', () => process.exit(1));
const far: Elsewhere = { on: ['ip', 'netns', 'exec', farSpace], address: FAR_ADDRESS };
const server = Number((await startNode([new URL('../server.ts', import.meta.url).pathname, '0.0.0.0'], far)).line);

const ways: Way[] = [{ name: 'raw TCP', bulk: server, keys: server, host: FAR_ADDRESS }];
const wants = (name: string): boolean => name.startsWith(only);
if (wants('ClawReach, relay')) {
  const relay = await startRelayProcess(far);
  const peers = await startPeers(relay.url, server, far);
  ways.push({ name: 'ClawReach, relay', bulk: peers.port, keys: peers.interactive });
}
if (wants('ClawReach, direct')) {
  const peers = await startDirectPeers(server, far);
  ways.push({ name: 'ClawReach, direct', bulk: peers.port, keys: peers.interactive });
}
const ssh = wants('ssh') ? await startSshReference(far) : undefined;
if (ssh !== undefined) {
  const jump = await ssh.forward(server);
  ways.push({ name: 'ssh -J', bulk: jump, keys: jump });
  ways.push({ name: 'ssh -J, two connections', bulk: jump, keys: await ssh.forward(server) });
  const direct = await ssh.forward(server, true);
  ways.push({ name: 'ssh -L', bulk: direct, keys: direct });
}

if (
  only !== '' &&
  !ways.some(({ name }) => name !== 'raw TCP' && name.startsWith(only)) &&
  !'raw TCP'.startsWith(only)
) {
  console.log(`No path is called ${only}: nothing was measured.`);
  process.exit(1);
}

/** Segments that TCP sent again in this namespace so far. */
function sentAgain(): number {
  const [names, values] = readFileSync('/proc/self/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.split(' '));
  return Number(values?.[names?.indexOf('RetransSegs') ?? -1]);
}

type Figures = Readonly<
  Record<'idle' | 'beside' | 'beside95' | 'alone' | 'aloneAgain' | 'bulk' | 'bulkAgain', number[]>
>;
const nothing = (): Figures => ({
  idle: [],
  beside: [],
  beside95: [],
  alone: [],
  aloneAgain: [],
  bulk: [],
  bulkAgain: [],
});
const figures = new Map<Way, Figures>();
for (const way of ways) figures.set(way, nothing());
for (let round = 0; round < rounds; round += 1) {
  for (const [way, taken] of figures) {
    taken.idle.push(...(await typeIdle(way, quick ? 25 : 40)));
    const before = sentAgain();
    taken.alone.push((await measureBulk(way.bulk, 1, bulkBytes, way.host)) * 1.024 * 1.024 * 8);
    taken.aloneAgain.push(sentAgain() - before);
    await pause(1000);
    const between = sentAgain();
    const typing = await typeBeside(way, echoes);
    taken.beside.push(...typing.echoes);
    taken.beside95.push(percentile(typing.echoes, 0.95));
    taken.bulk.push(typing.bulk);
    taken.bulkAgain.push(sentAgain() - between);
    await pause(1000);
  }
}

const row = (...cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
row(
  'path',
  'bulk alone, Mbit/s',
  '× raw',
  'segments sent again',
  'echo idle p50 / p95 / p99, ms',
  'beside bulk',
  'p95 of each run',
  'bulk then, Mbit/s',
  'sent again',
);
row(...Array.from({ length: 9 }, () => '---'));
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const raw = median([...figures.values()][0]?.alone ?? []);
for (const [way, { idle, beside, beside95, alone, aloneAgain, bulk, bulkAgain }] of figures) {
  const cells = [
    describe(sorted(idle)),
    describe(sorted(beside)),
    beside95.map((value) => value.toFixed(0)).join(', '),
  ];
  row(
    way.name,
    median(alone).toFixed(1),
    (median(alone) / raw).toFixed(2),
    median(aloneAgain).toFixed(0),
    ...cells,
    median(bulk).toFixed(1),
    median(bulkAgain).toFixed(0),
  );
}
console.log('');
for (const [way, { idle, beside, alone }] of figures) {
  if (!way.name.startsWith('ClawReach')) continue;
  const added = percentile(sorted(beside), 0.95) - percentile(sorted(idle), 0.95);
  console.log(`${way.name}: echo p95 beside bulk is idle + ${added.toFixed(0)} ms (goal: at most 30)`);
  console.log(`${way.name}: bulk ${(median(alone) / raw).toFixed(2)} × raw TCP (goal: at least 0.8)`);
}
process.exit(0);
