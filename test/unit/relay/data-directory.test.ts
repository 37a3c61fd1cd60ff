import { expect, it } from 'vitest';
import { defaultDataDirectory } from '#relay/command/default-data-directory.ts';

const place = (platform: NodeJS.Platform, environment: Readonly<Record<string, string>>, home: string): string =>
  defaultDataDirectory({ platform, environment, home });

it('a relay keeps its key where the system has such things', () => {
  expect(place('linux', {}, '/home/a')).toBe('/home/a/.local/share/clawreach-relay');
  expect(place('linux', { XDG_DATA_HOME: '/data' }, '/home/a')).toBe('/data/clawreach-relay');
  expect(place('linux', { XDG_DATA_HOME: 'data' }, '/home/a')).toBe('/home/a/.local/share/clawreach-relay');
  expect(place('darwin', { XDG_DATA_HOME: '/data' }, '/Users/a')).toBe(
    '/Users/a/Library/Application Support/clawreach-relay',
  );
  const home = String.raw`C:\Users\a`;
  expect(place('win32', { LOCALAPPDATA: String.raw`D:\Local` }, home)).toBe(String.raw`D:\Local\clawreach-relay`);
  expect(place('win32', { LOCALAPPDATA: '' }, home)).toBe(String.raw`C:\Users\a\AppData\Local\clawreach-relay`);
});
