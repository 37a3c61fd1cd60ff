import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that spend their time on generated cases by the hundred thousand: part of `npm test`, not of the quick `npm run check`. */
const GENERATED = [
  'test/unit/**/{fuzz,hostile,boundary,control-boundary,path-loss,decoders,faults}.test.ts',
  'test/unit/node/control-socket/framing.test.ts',
  'test/unit/node/crypto/agreement.test.ts',
  'test/unit/shared/terminal/{messages,params}.test.ts',
  'test/unit/shared/pairing/{links,codes}.test.ts',
  'test/unit/agent/terminals/{screen,host-protocol}.test.ts',
];

/** Tests whose subject is time, or that take the whole machine: one file after the other. */
const ALONE = ['test/e2e/chaos/**/*.test.ts', 'test/e2e/stop.test.ts', 'test/e2e/window/flood.test.ts'];

/** What is not in memory mostly waits for processes and sockets; the runner would leave a core of two unused. */
const WORKERS = Math.max(2, Math.min(availableParallelism(), 4));

/** A machine of the CI can be slow for a moment: what needs real browsers and processes gets a second try there, and is named in the summary. */
const RETRY = process.env['CI'] === undefined ? 0 : 1;

/**
 * Four tiers of `npm test`: unit is fast and in memory, generated is in memory too; integration uses real sockets and processes; e2e drives the built
 * commands, and `alone` those whose subject is time. The groups run one after the other, so that what measures nothing does not disturb what
 * waits for a shell.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/count-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: GENERATED,
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
          maxWorkers: WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          retry: RETRY,
          hookTimeout: 60_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ALONE,
          globalSetup: ['test/support/e2e/global-setup.ts'],
          testTimeout: 180_000,
          retry: RETRY,
          hookTimeout: 60_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 3 },
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
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
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
    ],
  },
});
