/**
 * `npm run test:gateway`: builds, gets the real OpenClaw gateway from npm into a cache outside the project (650 MB, once), runs the tests of
 * `test/gateway` against it, and ends with the test runner's own summary and exit code. Words after `--` go to the runner.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { findChromium } from '#test/support/chromium/launch.ts';
import { isOpenclawInstalled, OPENCLAW_VERSION, openclawFolder } from '#test/support/gateway/index.ts';

const root = new URL('..', import.meta.url).pathname;
/** OpenClaw needs at least this one; the project brings it along. */
const NEEDED_NODE = 24;

const major = Number(process.versions.node.split('.')[0]);
if (major < NEEDED_NODE) fail(`OpenClaw needs Node ${String(NEEDED_NODE)}; this is ${process.versions.node}.`);
if (findChromium() === undefined) console.info('There is no Chromium here: the story in the window is skipped.');
if (!isOpenclawInstalled()) install();
// The window is tested as it is built.
run(process.execPath, [join(root, 'scripts', 'build.ts')]);
run(process.execPath, [
  join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  '--project',
  'gateway',
  ...process.argv.slice(2),
]);

/** Into a folder beside, so that one that was broken off is never taken for whole. */
function install(): void {
  const folder = openclawFolder();
  const partial = `${folder}.partial`;
  console.info(`Getting openclaw@${OPENCLAW_VERSION} from npm into ${folder} (650 MB, once) …`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
  const words = ['install', '--no-audit', '--no-fund', '--save-exact', `openclaw@${OPENCLAW_VERSION}`];
  const { status, error } = spawnSync('npm', words, { cwd: partial, stdio: 'inherit', env: environment() });
  if (error !== undefined || status !== 0)
    fail(
      `openclaw@${OPENCLAW_VERSION} could not be installed: ${error?.message ?? `npm ended with code ${String(status)}`}. ` +
        'These tests need the npm registry once (npm config get registry), or the same folder from another machine.',
    );
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    CLAWREACH_TEST_GATEWAY: '1',
  };
}

function run(command: string, words: readonly string[]): void {
  const { status, signal } = spawnSync(command, words, { cwd: root, stdio: 'inherit', env: environment() });
  if (signal !== null) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status ?? 1);
}

function fail(message: string): never {
  console.info(message);
  process.exit(1);
}
