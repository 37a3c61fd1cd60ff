import { expect, test } from 'vitest';
import { hasKeptTerminals, LEFT_KEY, TABS_KEY } from '#renderer/store/index.ts';

const storage = (items: Readonly<Record<string, string>>) => () => ({ getItem: (key: string) => items[key] ?? null });

test.each([
  ['nothing was stored', {}, false],
  ['all tabs were closed', { [TABS_KEY]: '[]', [LEFT_KEY]: '[]' }, false],
  ['a tab was open', { [TABS_KEY]: '[{"peerId":"P","terminal":"t1"}]' }, true],
  ['a tab was open in another tab of the browser', { [`${TABS_KEY}.1`]: '[{"peerId":"P","terminal":"t1"}]' }, true],
  ['a terminal was left', { [TABS_KEY]: '[]', [LEFT_KEY]: '[{}]' }, true],
])('%s: %o', (_, items, kept) => {
  expect(hasKeptTerminals(storage(items))).toBe(kept);
});

test('a browser that stores nothing for pages has none', () => {
  expect(
    hasKeptTerminals(() => {
      throw new DOMException('denied', 'SecurityError');
    }),
  ).toBe(false);
});
