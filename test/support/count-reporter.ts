import type { Reporter, TestModule } from 'vitest/node';

/**
 * After the runner's own summary: that nothing ran at all, which is a failure; what passed only at its second try; then as the very last line the numbers alone,
 * `N passed, N failed, N skipped`, for programs that read the output.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const flaky: string[] = [];
    // A file or a group that fails outside its tests leaves them skipped: that is a failure, not something that cannot run here.
    counts.failed += unhandled.length;
    for (const module of modules) {
      counts.failed += [module, ...module.children.allSuites()].filter((group) => group.errors().length > 0).length;
      for (const test of module.children.allTests()) {
        counts[test.result().state] += 1;
        if (test.diagnostic()?.flaky !== true) continue;
        const [reason] = test.result().errors?.map(({ message }) => message.split('\n')[0]) ?? [];
        flaky.push(`${module.relativeModuleId} > ${test.fullName}${reason === undefined ? '' : ` (${reason})`}`);
      }
    }
    // A name or a file that is mistyped leaves every test out: nothing that ran is nothing that passed.
    const isEmpty = counts.passed + counts.failed === 0;
    if (isEmpty) process.exitCode = 1;
    const lines = [
      ...(isEmpty ? ['No test ran: check the names of files and tests.'] : []),
      ...flaky.map((name) => `Flaky, passed at the second try: ${name}`),
      `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
    ];
    // The default reporter prints its summary when this event is over.
    process.once('exit', () => process.stdout.write(`\n${lines.join('\n')}\n`));
  }
}
