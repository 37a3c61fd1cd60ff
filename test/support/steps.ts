import { afterEach, beforeEach } from 'vitest';

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
