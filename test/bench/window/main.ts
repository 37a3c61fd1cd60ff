/**
 * `npm run bench:window`: the application beside an empty Electron application, and its terminal beside a bare xterm.js page, interleaved in one
 * run. Figures differ from machine to machine; the ratios are what counts. `npm run bench:window -- --quick` for a short look.
 */
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { readFlags } from '#test/support/command-words.ts';
import { ROOT } from '#test/support/e2e/commands.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { findElectron } from '#test/support/electron/distribution.ts';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { DesktopSession } from '#test/support/window/session.ts';
import { build } from '../build.ts';
import { median } from '../measure.ts';
import { measureStart } from './application.ts';
import { measureInterrupts } from './interrupt.ts';
import { measureCrowd, type Frames } from './crowd.ts';
import { measureThroughput } from './throughput.ts';

const quick = readFlags(['quick'], 'Usage: npm run bench:window -- [--quick]').has('quick');
const rounds = quick ? 2 : 5;
const bytes = (quick ? 8 : 32) * 2 ** 20;
const EMPTY_APP = join(ROOT, 'test/support/electron/empty-app');

await build();
const processor = cpus()[0]?.model ?? 'unknown';
console.log(
  `${processor}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${rounds} rounds\n`,
);
if (canLaunchElectron()) await measureApplication(findElectron() ?? '');
else console.log('No Electron here: the start of the application is not measured.');
await measureTerminal();
await measureFloods();
await measureSmoothness();

/** Start and memory, of a device that has one peer and is online. */
async function measureApplication(electron: string): Promise<void> {
  const stage = new Stage();
  const session = await DesktopSession.start({ environment: stage.environment });
  try {
    const { laptop } = await stage.pairedDevices(await stage.startRelay());
    // Its agent becomes that of the application.
    await laptop.ok('stop');
    const ours = [ROOT, `--profile=${laptop.profile}`];
    const empty = [EMPTY_APP];
    const ready = { ours: [] as number[], empty: [] as number[] };
    // The first round warms caches up.
    for (let round = 0; round <= rounds; round += 1) {
      const alone = (await measureStart(session, electron, empty)).ready;
      const application = (await measureStart(session, electron, ours)).ready;
      if (round === 0) continue;
      ready.empty.push(alone);
      ready.ours.push(application);
    }
    const [a, b] = [median(ready.ours), median(ready.empty)];
    console.log('| spawn to ready-to-show | p50, ms | each round |\n| --- | --- | --- |');
    console.log(
      `| ClawReach | ${a} | ${ready.ours.join(', ')} |\n| empty Electron application | ${b} | ${ready.empty.join(', ')} |`,
    );
    console.log(`\nratio ${(a / b).toFixed(2)}, difference ${a - b} ms (goal: at most 500)`);
    const settled = {
      ours: await measureStart(session, electron, ours, { memory: true }),
      empty: await measureStart(session, electron, empty, { memory: true }),
    };
    const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
    const percent = (share: number): string => (share * 100).toFixed(2);
    console.log(
      `private memory of the main process: ${mebibytes(settled.ours.memory)} MiB (goal: at most 120 MB), empty application ${mebibytes(settled.empty.memory)} MiB`,
    );
    console.log(
      `idle: ${percent(settled.ours.idle)} % of a core, all processes together (goal: below 1 %), empty application ${percent(settled.empty.idle)} %\n`,
    );
  } finally {
    await session.close();
    await stage.close();
  }
}

async function measureTerminal(): Promise<void> {
  const { bare, window, cols, rows } = await measureThroughput(bytes, rounds);
  const [a, b] = [median(window), median(bare)];
  console.log(`| terminal, ${cols} × ${rows}, ${bytes / 2 ** 20} MiB | p50, MiB/s | each round |\n| --- | --- | --- |`);
  console.log(`| window, through the app-api | ${a.toFixed(1)} | ${list(window)} |`);
  console.log(`| bare xterm.js page | ${b.toFixed(1)} | ${list(bare)} |`);
  console.log(`\nratio ${(a / b).toFixed(2)} (goal: at least 0.8)`);
}

/** How the window holds out with 200 peers and with 50 terminals. */
async function measureSmoothness(): Promise<void> {
  const { empty, peers, terminals } = await measureCrowd(200, 50, quick ? 4000 : 15_000);
  console.log('\n| time between frames, ms | p50 | p95 | p99 | longest |\n| --- | --- | --- | --- | --- |');
  const row = (name: string, frames: Frames): void =>
    console.log(`| ${name} | ${list([frames.p50, frames.p95, frames.p99, frames.longest]).replaceAll(', ', ' | ')} |`);
  row('empty page', empty);
  row('200 peers that change four times a second, scrolled', peers);
  row('50 terminals that print five lines a second each, another one in front twice a second', terminals);
  console.log(
    `\nratio of p95 ${(peers.p95 / empty.p95).toFixed(2)}, ${(terminals.p95 / empty.p95).toFixed(2)} (goal: at most 2)`,
  );
}

async function measureFloods(): Promise<void> {
  console.log(
    '\n| Ctrl-C under a flood | to the prompt, p50 / most, ms | longest turn of the page, ms |\n| --- | --- | --- |',
  );
  for (const { flood, prompts, longestTurn } of await measureInterrupts(quick ? 3 : 10)) {
    console.log(
      `| ${flood.replaceAll('|', '\\|')} | ${median(prompts).toFixed(0)} / ${(prompts.at(-1) ?? 0).toFixed(0)} | ${longestTurn.toFixed(0)} |`,
    );
  }
  console.log('\n(goal: the prompt within 500 ms)');
}

function list(values: readonly number[]): string {
  return values.map((value) => value.toFixed(1)).join(', ');
}
