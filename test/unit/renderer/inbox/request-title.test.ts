import { expect, it } from 'vitest';
import { isSaidByTitle } from '#renderer/features/inbox/rows/request-title.ts';

it.each([
  ['terminal', 'open a terminal', true],
  ['terminal', 'list its terminals', true],
  // The title says less.
  ['terminal', 'list its terminals and what runs in them', false],
  ['terminal', 'take up a terminal left running', false],
  ['terminal', 'run: open a terminal', false],
  // A person's own words.
  ['prompt', 'open a terminal', false],
] as const)('the title of a request for %s with "%s" says all of it: %s', (right, detail, expected) => {
  expect(isSaidByTitle({ right, detail })).toBe(expected);
});
