import { expect, test } from 'vitest';
import { ariaCombination } from '#renderer/keys/key-text.ts';

test.each([
  ['Mod+Shift+F', false, 'Control+Shift+F'],
  ['Mod+Shift+F', true, 'Meta+Shift+F'],
  ['Ctrl+Alt+PageUp', true, 'Control+Alt+PageUp'],
  ['Mod++', false, 'Control+Plus'],
  ['F6', false, 'F6'],
])('%s is read to screen readers, on a Mac: %s, as %s', (combination, isMac, read) => {
  expect(ariaCombination(combination, isMac)).toBe(read);
});
