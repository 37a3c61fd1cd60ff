import { describe, expect, it } from 'vitest';
import { networkProblem } from '#test/support/faults/index.ts';
import { findingsOf, runChaos, tell } from '#test/support/faults/chaos/index.ts';

/** One script of faults beside the other tests; `npm run test:full` runs three others, `npm run test:soak` fifty. */
const SEED = 1;
/** Three eighths of what `npm run test:soak` takes: the faults are the same, and a transfer is in the middle of its way at each of them. */
const SIZE = 96 * 1024 * 1024;
const LINES = 375_000;

const problem = networkProblem();
if (problem !== undefined) console.info(`NOT WHOLE: ${problem}, so only paths through the relay are broken here`);

describe('a link never breaks', () => {
  it('a transfer and a terminal at once, while everything under them fails', async () => {
    const report = await runChaos({ seed: SEED, size: SIZE, lines: LINES, paths: problem === undefined });
    const { transfer, terminal } = report.interruptions;
    const said = [
      `seed ${SEED}: ${report.inflicted.length} faults in ${(report.took / 1000).toFixed(0)} s`,
      ...report.inflicted.map((inflicted) => `  ${tell(inflicted)}`),
      `  sessions lost, transfer: ${transfer.join(', ') || 'none'}; terminal: ${terminal.join(', ') || 'none'}`,
    ];
    console.info(said.join('\n'));
    expect(findingsOf(report, LINES)).toEqual([]);
    expect(report.inflicted.length).toBeGreaterThan(6);
  }, 600_000);
});
