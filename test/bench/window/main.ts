/**
 * `npm run bench:window`: the application beside an empty Electron application, and its terminal beside a bare xterm.js page, interleaved in one
 * run. Figures differ from machine to machine; the ratios are what counts. `npm run bench:window -- --quick` for a short look.
 */
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '#test/support/e2e/commands.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { findElectron } from '#test/support/electron/distribution.ts';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { DesktopSession } from '#test/support/window/session.ts';
import { build } from '../build.ts';
import { median } from '../measure.ts';
import { measureStart } from './application.ts';
import { measureThroughput } from './throughput.ts';

const quick = process.argv.includes('--quick');
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
    const memory = {
      ours: (await measureStart(session, electron, ours, { memory: true })).memory / 2 ** 20,
      empty: (await measureStart(session, electron, empty, { memory: true })).memory / 2 ** 20,
    };
    console.log(
      `private memory of the main process: ${memory.ours.toFixed(1)} MiB (goal: at most 120 MB), empty application ${memory.empty.toFixed(1)} MiB\n`,
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

function list(values: readonly number[]): string {
  return values.map((value) => value.toFixed(1)).join(', ');
}
