import { availableParallelism, homedir } from 'node:os';
import { join, matchesGlob, relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that spend their time on generated cases by the hundred thousand: part of `npm test`, not of the quick `npm run check`. */
const GENERATED = [
  'test/unit/**/{fuzz,hostile,boundary,control-boundary,path-loss,decoders,faults,chosen-paths}.test.ts',
  'test/unit/node/control-socket/framing.test.ts',
  'test/unit/node/crypto/agreement.test.ts',
  'test/unit/shared/terminal/{messages,params}.test.ts',
  'test/unit/shared/pairing/{links,codes}.test.ts',
  'test/unit/agent/messages/model.test.ts',
  'test/unit/agent/terminals/{screen/screen-model,snapshots,pty-host/host-protocol}.test.ts',
];

/** Tests that put other modules in the place of Node's own, or look at what isn't loaded yet: what was loaded before them would not see it. */
const MOCKED = [
  'test/unit/desktop/locale/language.test.ts',
  'test/unit/desktop/secrets/movable-secret.test.ts',
  'test/unit/node/crypto/boringssl.test.ts',
  'test/unit/relay/stun-responder.test.ts',
];

/**
 * Tests that count what their own process holds, watch all that it does, or measure times and rates in it: each file has a process of its own. They
 * wait most of the time.
 */
const APART = [
  'test/integration/agent/fault.test.ts',
  'test/integration/direct/strangers.test.ts',
  'test/integration/faults/*.test.ts',
  'test/integration/forwards/{agents,targets,udp}.test.ts',
  'test/integration/hostile-relay/blind.test.ts',
  'test/integration/relay/plain/floods.test.ts',
  'test/integration/terminals/{floods,sessions}.test.ts',
];

/** Tests in real browsers, which keep the cores busy by themselves: more at once only make each other late. */
const PAGES = [
  'test/integration/{browser,dashboard,renderer,web-host}/**/*.test.ts',
  'test/integration/relay/{accounts,page}/**/*.test.ts',
];

/** Tests whose subject is time: a full machine would make them late. One fills a core, the others mostly wait. */
const ALONE = ['test/e2e/browser-sign-out.test.ts', 'test/e2e/stop.test.ts', 'test/e2e/window/flood.test.ts'];

/**
 * Stories with networks of the kernel, with minutes of waiting, about packages, tools of the project or programs of the system: part of
 * `npm run test:full`, which every release runs, not of `npm test`. So are the pages in Firefox that others show in Chromium; its agent stays.
 */
const HEAVY = [
  'test/e2e/arp-spoofing.test.ts',
  'test/e2e/chaos/bridging.test.ts',
  'test/e2e/demo.test.ts',
  'test/e2e/exact-bytes.test.ts',
  'test/e2e/deploy/*.test.ts',
  'test/e2e/forwards/{programs,scenarios}.test.ts',
  'test/e2e/forwards/wireguard.test.ts',
  'test/e2e/large-transfers.test.ts',
  'test/e2e/leaks.test.ts',
  'test/e2e/{lookalikes,nat,own-devices,page-direct,router}.test.ts',
  'test/e2e/packaged/*.test.ts',
  'test/e2e/window/{gateways,graphics,remote,tray}.test.ts',
  'test/e2e/window/hosted-relay-quit.test.ts',
  'test/e2e/window/launchers.test.ts',
  'test/e2e/window/relay-server.test.ts',
  'test/integration/browser/firefox-{guests,network,page}.test.ts',
  'test/integration/desktop/{secrets,starts}.test.ts',
  'test/integration/mutations/run.test.ts',
  'test/integration/node/traced.test.ts',
  'test/integration/renderer/languages.test.ts',
  'test/integration/renderer/widths.test.ts',
  'test/integration/terminals/lives.test.ts',
];

/** Files that take long and are short to read: without the durations of an earlier run, Vitest would begin them last, and a core would wait for them. */
const FIRST = [
  'test/e2e/chaos/chaos.test.ts',
  'test/e2e/chosen-routes.test.ts',
  'test/e2e/hanging.test.ts',
  'test/integration/agent/silent-peer.test.ts',
  'test/integration/links/{paths,udp-or-relay}.test.ts',
  'test/integration/renderer/stories/*.test.ts',
  'test/integration/forwards/agents.test.ts',
];

/** Vitest's order, after the files of `FIRST`. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isFirst = ({ moduleId }: TestSpecification): boolean =>
      FIRST.some((pattern) => matchesGlob(relative(import.meta.dirname, moduleId), pattern));
    return [...sorted.filter((file) => isFirst(file)), ...sorted.filter((file) => !isFirst(file))];
  }
}

/** What is not in memory mostly waits for processes and sockets; the runner would leave a core of two unused. */
const WORKERS = Math.max(2, Math.min(availableParallelism(), 4));

/** Browsers keep the cores busy, and times and rates are measured: one file more than cores uses what the others wait. */
const BUSY_WORKERS = WORKERS + 1;

/** These wait three times as long as they work: for a link to come back, a process to start, a limit to pass, a silence to be noticed. */
const WAITING_WORKERS = WORKERS + 3;

/** A machine of the CI can be slow for a moment: what needs real browsers and processes gets a second try there, and is named in the summary. */
const RETRY = process.env['CI'] === undefined ? 0 : 1;

/** Outside of the checkout, so that a machine of the CI has it again at its next run. */
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'clawreach-test-record');

/** On a machine of the CI nobody may be there to read the console: every result and error of the last run stays in this file. */
const RECORD = join(CACHE, 'last.json');

/**
 * Tiers of `npm test`: unit (with unit-mocked) is fast and in memory, generated is in memory too; integration (with integration-apart) uses real sockets
 * and processes, pages real browsers; e2e drives the built commands, and `alone` those whose subject is time. The groups run one after the other, so that what measures
 * nothing does not disturb what waits for a shell. Within a project, files that took longest in the last run begin first, so that no long file is left
 * over at the end: Vitest's own order, for which it keeps the durations in `cacheDir`.
 */
export default defineConfig({
  cacheDir: CACHE,
  test: {
    // What one project has transformed, the next one loads as it is; without it each project begins anew, and so does the next run.
    fsModuleCache: true,
    fsModuleCachePath: join(CACHE, 'modules'),
    // No test speaks to the network that this computer is in.
    env: { CLAWREACH_DISCOVERY: 'off' },
    // What is waited for ends the wait; the runner's own second is too short on a machine that runs two browsers.
    expect: { poll: { timeout: 15_000 } },
    sequence: { sequencer: LongFirst },
    reporters: [
      'default',
      './test/support/count-reporter.ts',
      ...(process.env['CI'] === undefined ? [] : [['json', { outputFile: RECORD }] satisfies [string, object]]),
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: [...GENERATED, ...MOCKED],
          testTimeout: 60_000,
          // The window's texts, which its entry adds before anything is shown.
          setupFiles: ['./test/support/renderer/window-texts.ts'],
          // Most of the time was spent on loading the same modules for each file. A test leaves nothing behind, so that no file needs them anew.
          isolate: false,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'unit-mocked',
          include: MOCKED,
          testTimeout: 60_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'generated',
          include: GENERATED,
          testTimeout: 180_000,
          isolate: false,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: [...APART, ...PAGES, ...HEAVY],
          testTimeout: 60_000,
          retry: RETRY,
          hookTimeout: 60_000,
          // As with unit: a test closes what it has opened, in whatever order the files come.
          isolate: false,
          maxWorkers: WAITING_WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'pages',
          include: PAGES,
          exclude: HEAVY,
          testTimeout: 60_000,
          retry: RETRY,
          hookTimeout: 60_000,
          // Files that follow each other in a process share its Chromium, and the bundles of its pages.
          isolate: false,
          maxWorkers: BUSY_WORKERS,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration-apart',
          include: APART,
          testTimeout: 60_000,
          retry: RETRY,
          hookTimeout: 60_000,
          maxWorkers: BUSY_WORKERS,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...ALONE, ...HEAVY],
          globalSetup: ['test/support/e2e/global-setup.ts'],
          testTimeout: 180_000,
          retry: RETRY,
          // A relay, three agents and their pairings take 15 s, and nothing tries them again.
          hookTimeout: 180_000,
          // A look is often a command of its own.
          expect: { poll: { timeout: 60_000, interval: 200 } },
          // What is tested runs in processes of its own; the test's own would load the same modules for each file.
          isolate: false,
          maxWorkers: WAITING_WORKERS,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: 'heavy',
          include: HEAVY,
          globalSetup: ['test/support/e2e/global-setup.ts'],
          testTimeout: 180_000,
          retry: RETRY,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 60_000, interval: 200 } },
          maxWorkers: BUSY_WORKERS,
          sequence: { groupOrder: 6 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          globalSetup: ['test/support/e2e/global-setup.ts'],
          testTimeout: 180_000,
          retry: RETRY,
          hookTimeout: 180_000,
          // A look is often a command of its own.
          expect: { poll: { timeout: 60_000, interval: 200 } },
          maxWorkers: 2,
          sequence: { groupOrder: 5 },
        },
      },
      // Only by `npm run test:gateway`: these need the real OpenClaw, 650 MB and a gigabyte of memory.
      ...(process.env['CLAWREACH_TEST_GATEWAY'] === '1'
        ? [
            {
              extends: true as const,
              test: {
                name: 'gateway',
                include: ['test/gateway/**/*.test.ts'],
                testTimeout: 300_000,
                hookTimeout: 300_000,
                fileParallelism: false,
              },
            },
          ]
        : []),
      // Only by `npm run test:windows`: these need Wine and Node for Windows.
      ...(process.env['CLAWREACH_TEST_WINDOWS'] === '1'
        ? [
            {
              extends: true as const,
              test: {
                name: 'windows',
                include: ['test/windows/**/*.test.ts'],
                testTimeout: 300_000,
                hookTimeout: 300_000,
                fileParallelism: false,
              },
            },
          ]
        : []),
    ],
  },
});
