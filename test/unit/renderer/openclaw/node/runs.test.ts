import { describe, expect, it } from 'vitest';
import { outcomeOf } from '#renderer/features/openclaw/node/runs.ts';

describe('the outcome of a run', () => {
  it.each([
    [0, 'neutral', 'Done'],
    [1, 'bad', 'Code 1'],
    [2, 'bad', 'Code 2'],
    [null, 'bad', 'Ended by a signal'],
  ] as const)('with exit code %s is %s: %s', (exitCode, tone, word) => {
    expect(outcomeOf({ outcome: 'finished', exitCode })).toEqual({ tone, word });
  });

  it('is bad where a program failed or ran out of time', () => {
    const outcomes = ['running', 'denied', 'timed-out', 'cancelled', 'failed'] as const;
    expect(outcomes.map((outcome) => outcomeOf({ outcome, exitCode: null }).tone)).toEqual([
      'info',
      'warning',
      'bad',
      'neutral',
      'bad',
    ]);
  });
});
