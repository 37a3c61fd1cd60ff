/**
 * `npm run bench:network`: typing while a bulk transfer runs, and bulk over a long way, on an emulated link: 20 Mbit/s, 80 ms both ways, one
 * FIFO of 64 KiB in each direction. ClawReach through a relay at the far end and directly, beside `ssh` and raw TCP in the same run.
 * `--quick` for a short look; `--rate`, `--round-trip`, `--queue`, `--loss`, `--congestion` (cubic, bbr, reno) for other links;
 * `--only NAME` for the paths whose name begins so; `--real-time` puts everything measured before all else that this machine does.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { failUsage, readOptions } from '#test/support/command-words.ts';
import { buildPrograms } from '../build.ts';
import { endAll, track } from '../processes.ts';
import { createLink, linkProblem } from './emulated-link.ts';
import type { LinkShape } from './emulated-link.ts';

const USAGE =
  'Usage: npm run bench:network -- [--quick] [--rate MBIT] [--round-trip MS] [--queue KIB] [--loss SHARE] [--congestion NAME] [--only NAME] [--real-time]';

const values = readOptions(
  {
    quick: { type: 'boolean', default: false },
    rate: { type: 'string', default: '20' },
    'round-trip': { type: 'string', default: '80' },
    queue: { type: 'string', default: '64' },
    loss: { type: 'string', default: '0' },
    congestion: { type: 'string', default: 'cubic' },
    only: { type: 'string', default: '' },
    'real-time': { type: 'boolean', default: false },
  },
  USAGE,
);
for (const name of ['rate', 'round-trip', 'queue', 'loss'] as const) {
  if (!(Number(values[name]) >= 0)) failUsage(`--${name}: expected a number, got ${values[name]}\n${USAGE}`);
}
const problem = linkProblem();
if (problem !== undefined) {
  console.log(`Nothing was measured: ${problem}`);
  process.exit(1);
}
process.on('exit', endAll);
await buildPrograms();
const shape: LinkShape = {
  rate: Number(values.rate),
  roundTrip: Number(values['round-trip']),
  queue: Number(values.queue),
  loss: Number(values.loss),
  congestion: values.congestion as LinkShape['congestion'],
};
const link = await createLink(shape);
process.on('exit', link.close);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

console.log(
  `${shape.rate} Mbit/s, ${shape.roundTrip} ms, queue ${shape.queue} KiB, loss ${shape.loss}, TCP ${link.congestion}, Node ${process.version}\n`,
);
const program = join(import.meta.dirname, 'near-end.ts');
const words = [program, link.far, String(shape.rate), String(values.quick), values.only];
const urgent = values['real-time'] ? ['chrt', '--fifo', '5'] : [];
const [command, ...rest] = [...urgent, 'ip', 'netns', 'exec', link.near, process.execPath, ...words];
const child = spawn(command ?? 'ip', rest, { stdio: 'inherit' });
track(child);
const [code] = (await once(child, 'exit')) as [number | null];
process.exit(code ?? 1);
