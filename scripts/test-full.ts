/**
 * `npm run test:full`: everything that runs without a person and without more of the network than npm: `npm test`, the heavy stories that it leaves
 * out, the mutation run, a short soak, and, where they were installed before (`npm run test:gateway`, `npm run test:windows`), the real OpenClaw and
 * Windows' Node under Wine. Goes on after a step that fails, and ends with a table of what passed, failed and was left out. `--without NAME` leaves a
 * step out. The release workflow runs it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium, WHOLE_BROWSERS } from '#test/support/chromium/launch.ts';
import { failUsage, readOptions } from '#test/support/command-words.ts';
import { isOpenclawInstalled } from '#test/support/gateway/index.ts';
import { findWine, windowsNode } from '#test/support/windows/wine.ts';
import { say } from './support/say.ts';

type Step = Readonly<{
  name: string;
  words: readonly string[];
  /** Why it cannot run here; undefined where it can. */
  obstacle: string | undefined;
}>;

// Of generated cases, all; `npm test` takes a quarter.
process.env['CLAWREACH_TEST_CASES'] = 'all';
// Of stories in the window, in a browser as well.
process.env['CLAWREACH_TEST_PLACES'] = 'all';
// Of Chromium, the whole browser instead of its shell.
const chromium = findChromium(WHOLE_BROWSERS);
if (chromium !== undefined) process.env['CLAWREACH_TEST_CHROMIUM'] ??= chromium;
const root = new URL('..', import.meta.url).pathname;
const STEPS: readonly Step[] = [
  { name: 'test', words: ['test.ts'], obstacle: undefined },
  { name: 'heavy', words: ['test.ts', '--project', 'heavy'], obstacle: undefined },
  { name: 'mutations', words: ['mutations.ts'], obstacle: undefined },
  {
    name: 'soak',
    words: ['soak.ts', '--seeds', '2-4', '--mebibytes', '64', '--no-document'],
    obstacle: undefined,
  },
  {
    name: 'gateway',
    words: ['test-gateway.ts'],
    obstacle: isOpenclawInstalled() ? undefined : 'OpenClaw is not there: `npm run test:gateway` gets it (650 MB)',
  },
  {
    name: 'windows',
    words: ['test-windows.ts'],
    obstacle:
      findWine() !== undefined && existsSync(windowsNode())
        ? undefined
        : 'Wine or Node for Windows is not there: `npm run test:windows` says what is missing',
  },
];
const USAGE = `Usage: npm run test:full -- [--without NAME]…, NAME one of ${STEPS.map(({ name }) => name).join(', ')}`;

const { without = [] } = readOptions({ without: { type: 'string', multiple: true } }, USAGE);
const unknown = without.find((name) => !STEPS.some((step) => step.name === name));
if (unknown !== undefined) failUsage(`--without: there is no step ${unknown}\n${USAGE}`);

const lines = STEPS.map((step) => `${step.name.padEnd(10)} ${run(step)}`);
say(`\n${lines.join('\n')}`);

/** How it came out, in a few words. */
function run({ name, words, obstacle }: Step): string {
  if (without.includes(name)) return 'left out, by --without';
  if (obstacle !== undefined) return `left out: ${obstacle}`;
  const [script = '', ...rest] = words;
  const begun = performance.now();
  say(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', script), ...rest], {
    cwd: root,
    stdio: 'inherit',
  });
  const took = `${Math.round((performance.now() - begun) / 60_000)} min`;
  if (status === 0) return `passed, ${took}`;
  process.exitCode = 1;
  return `FAILED (${status === null ? 'signal' : `code ${status}`}), ${took}`;
}
