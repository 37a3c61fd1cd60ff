import { expect, it } from 'vitest';
import { isRequestForOnce, isRightForOnce } from '#renderer/features/inbox/rows/once.ts';

it('is not what the approval of an address, a relay or a device is for [S-ASK-9]', () => {
  expect(
    ['terminal', 'forward', 'relay', 'prompt', 'message', 'use-relay', 'introduce'].filter((right) =>
      isRightForOnce(right as never),
    ),
  ).toEqual(['terminal', 'relay', 'prompt', 'message', 'introduce']);
  expect((['device', 'node', 'exec', 'plugin', 'run'] as const).filter(isRequestForOnce)).toEqual([
    'exec',
    'plugin',
    'run',
  ]);
});
