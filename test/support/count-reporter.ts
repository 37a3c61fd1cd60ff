import type { Reporter, TestModule } from 'vitest/node';

/** After the runner's own summary: plain lines with the numbers, for programs that read the output, and what passed only at its second try. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const flaky: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        counts[test.result().state] += 1;
        if (test.diagnostic()?.flaky === true) flaky.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    // The default reporter prints its summary when this event is over.
    process.once('exit', () => {
      for (const name of flaky) process.stdout.write(`\nFlaky, passed at the second try: ${name}`);
      process.stdout.write(`\nTests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    });
  }
}
