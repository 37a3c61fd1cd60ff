import { expect, test } from 'vitest';
import { askAgainText, secondsUntilAskAgain } from '#agent/core/approvals/index.ts';

test.each([1, 999, 1000, 59_001, 3_600_000])('a pause of %i ms is read from the text that names it', (left) => {
  expect(secondsUntilAskAgain(`this device does not let you open terminals${askAgainText(left)}`)).toBe(
    Math.ceil(left / 1000),
  );
});

test('a text without a pause has none, and no peer names one of more than an hour', () => {
  expect(secondsUntilAskAgain(`no${askAgainText(0)}`)).toBeUndefined();
  expect(secondsUntilAskAgain('; it may ask for this again in 5 s, or not')).toBeUndefined();
  expect(secondsUntilAskAgain('; it may ask for this again in 99999999999 s')).toBeUndefined();
  expect(secondsUntilAskAgain('; it may ask for this again in 999999999 s')).toBe(3600);
});
