import type { Reporter, TestModule } from 'vitest/node';

/** After the runner's own summary: one plain line with the numbers, for programs that read the output. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) for (const test of module.children.allTests()) counts[test.result().state] += 1;
    // The default reporter prints its summary when this event is over.
    process.once('exit', () => {
      process.stdout.write(`\nTests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    });
  }
}
