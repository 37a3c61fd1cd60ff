import { afterEach, beforeEach, it } from 'vitest';
import { shareAmongTests, type Defer } from './shared.ts';

/** A second try has to do all the steps before as well. Milliseconds. */
const LIMIT = 300_000;

export type Step = (name: string, does: () => Promise<void> | void) => void;

/**
 * For tests of which each goes on where the one before ended: what comes after a failure is left out. The one that has failed is not, when it is
 * tried once more: left out it would count as no failure.
 */
export function goStepByStep(): void {
  let failed: string | undefined;
  beforeEach(({ skip, task }) => skip(failed !== undefined && failed !== task.id, 'an earlier step has failed'));
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') failed = task.id;
    else if (failed === task.id) failed = undefined;
  });
}

/**
 * A story in the tests of this group, each of which goes on where the one before ended, as a person would. A second try of a step is one of the whole
 * story up to it, on a stage that nothing has happened on: half a step cannot be done again where it was left.
 * @param open Sets the stage, and defers what closes it.
 * @returns adds a step
 */
export function tellStepByStep(open: (defer: Defer) => Promise<void>, limit = LIMIT): Step {
  goStepByStep();
  const steps: (() => Promise<void> | void)[] = [];
  /** So many have been done on the stage of now. */
  let done = 0;
  shareAmongTests(async (defer) => {
    done = 0;
    await open(defer);
  }, limit);
  return (name, does) => {
    const own = steps.push(does) - 1;
    // What it is called and what it asserts are the caller's.
    // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect
    it(name, { timeout: limit }, async () => {
      for (const step of steps.slice(done, own)) await step();
      await does();
      done = own + 1;
    });
  };
}
