/**
 * `npm run test:gateway`: builds, gets the real OpenClaw gateway from npm into a cache outside the project (650 MB, once), runs the tests of
 * `test/gateway` against it, and ends with the test runner's own summary and exit code. Words after `--` go to the runner.
 */
import { findChromium } from '#test/support/chromium/launch.ts';
import { isOpenclawInstalled, OPENCLAW_VERSION, openclawFolder } from '#test/support/gateway/index.ts';
import { buildAndTest, fail, installOnce } from './support/extra-tests.ts';

/** OpenClaw needs at least this one; the project brings it along. */
const NEEDED_NODE = 24;

const major = Number(process.versions.node.split('.')[0]);
if (major < NEEDED_NODE) fail(`OpenClaw needs Node ${String(NEEDED_NODE)}; this is ${process.versions.node}.`);
if (findChromium() === undefined) console.info('There is no Chromium here: the story in the window is skipped.');
if (!isOpenclawInstalled())
  installOnce({ what: `openclaw@${OPENCLAW_VERSION}`, folder: openclawFolder(), size: '650 MB' });
buildAndTest({ root: new URL('..', import.meta.url).pathname, project: 'gateway', variable: 'CLAWREACH_TEST_GATEWAY' });
