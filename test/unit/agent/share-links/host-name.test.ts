import { expect, test } from 'vitest';
import { hostName } from '#agent/share-links/host-name.ts';
import { NAME_LIMIT } from '#shared/visible-text/index.ts';

test('a guest reads the name of the person who shares, and of the device where none is known', () => {
  expect(hostName('Ada Lovelace', 'Chrome on Linux')).toBe('Ada Lovelace');
  expect(hostName(undefined, 'office')).toBe('office');
  expect(hostName('\u202e', 'office')).toBe('office');
  expect(hostName('a'.repeat(100), 'office')).toHaveLength(NAME_LIMIT);
});
