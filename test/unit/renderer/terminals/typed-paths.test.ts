import { expect, it } from 'vitest';
import { typedPaths } from '#renderer/features/terminals/files/typed-paths.ts';

const there = (folder: string | null, ...names: readonly string[]) =>
  typedPaths({ state: 'done', there: { terminal: 't', folder, names: [...names] } });

it('the paths of files in the folder of a terminal are typed with quotes, and without a line feed', () => {
  expect(there('/srv/a b', 'report.pdf', "it's")).toBe(String.raw`'/srv/a b/report.pdf' '/srv/a b/it'\''s' `);
  expect(there('/', 'x')).toBe('/x ');
  expect(there('/srv', '$(reboot)', '`id`', '; rm -rf ~')).toBe("'/srv/$(reboot)' '/srv/`id`' '/srv/; rm -rf ~' ");
});

it.each([
  ['a line feed', '/srv', 'a\nreboot'],
  ['a carriage return', '/srv', 'a\r'],
  ['an escape sequence', '/srv', '\u001B[201~reboot'],
  ['a hidden character', '/srv', 'a\u202Eb'],
  ['a line separator', '/srv', 'a\u2028b'],
  ['a control character in the folder', '/srv\u0003', 'a'],
  ['a path for a name', '/srv', '../../etc/passwd'],
  ['a folder that is none', 'srv', 'a'],
])('nothing is typed for %s [S-FILE-11]', (_what, folder, name) => {
  expect(there(folder, name)).toBeUndefined();
});

it('nothing is typed of a transfer that has failed, or that went elsewhere', () => {
  expect(typedPaths({ state: 'failed', there: { terminal: 't', folder: '/srv', names: ['a'] } })).toBeUndefined();
  expect(typedPaths({ state: 'done', there: null })).toBeUndefined();
  expect(there(null, 'a')).toBeUndefined();
});
