import { expect, test } from 'vitest';
import { directoryOf } from '../../../../src-renderer/features/terminals/screen/working-directory.ts';

test.each([
  ['file://office/home/mira/project', '/home/mira/project'],
  ['file:///srv/a%20folder/%E6%97%A5%E6%9C%AC', '/srv/a folder/日本'],
  ['file://office/C:/Users/mira', 'C:/Users/mira'],
  ['file:///', '/'],
])('where a shell is, is what it says by an address of a file: %s', (uri, directory) => {
  expect(directoryOf(uri)).toBe(directory);
});

test.each([
  '',
  '/home/mira',
  'https://office/home',
  'javascript:alert(1)',
  'file:////server/share',
  'file:///home/%0arm%20-rf',
  'file:///home/%00',
  'file:///%',
  `file:///${'x'.repeat(5000)}`,
  `file:///${'%41'.repeat(100_000)}`,
])('anything else is no folder: %s', (uri) => {
  expect(directoryOf(uri)).toBeUndefined();
});
