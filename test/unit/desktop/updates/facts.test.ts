import { describe, expect, it } from 'vitest';
import { DEFAULT_UPDATE_SETTINGS, DEFAULT_WINDOW_SETTINGS, windowSettings } from '#shared/app-api/index.ts';
import { chooseFile } from '../../../../src-main/desktop/updates/choose-file.ts';
import { chooseUpdateMethod, type InstallationFacts } from '../../../../src-main/desktop/updates/installation.ts';
import type { ReleaseMetadata } from '#node/releases/index.ts';
import { readUpdateSource } from '#node/releases/index.ts';
import { isNewer, parseVersion } from '#node/releases/index.ts';

describe('versions', () => {
  it('stand in the order of semver.org', () => {
    const order = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.1.0',
      '1.10.0',
      '2.0.0',
    ];
    for (const [index, version] of order.entries()) {
      expect(order.filter((other) => isNewer(other, version))).toEqual(order.slice(index + 1));
    }
    expect(isNewer('1.0.0+later', '1.0.0')).toBe(false);
  });

  it.each(['', '1', '1.0', 'v1.0.0', '01.0.0', '1.0.0/..', '1.0.0-', ' 1.0.0', '1.0.0\n2.0.0', '9999999999.0.0'])(
    'are nothing like %j',
    (text) => {
      expect(parseVersion(text)).toBeUndefined();
      expect([isNewer(text, '0.0.1'), isNewer('9.0.0', text)]).toEqual([false, false]);
    },
  );
});

describe('how an installation gets a newer version', () => {
  const FACTS: InstallationFacts = {
    packaged: true,
    platform: 'linux',
    executable: '/opt/ClawReach/clawreach-desktop',
    variables: {},
    packageType: undefined,
    mayReplace: () => true,
  };
  const way = (facts: Partial<InstallationFacts>) => chooseUpdateMethod({ ...FACTS, ...facts });

  it('is from its sources, by its package, by a new file or by itself', () => {
    expect(way({ packaged: false })).toBe('source');
    expect(way({ packageType: 'deb' })).toBe('deb');
    expect(way({ packageType: 'rpm' })).toBe('rpm');
    expect(way({})).toBe('download');
    expect(way({ variables: { APPIMAGE: '/home/mira/ClawReach.AppImage', APPDIR: '/opt/ClawReach' } })).toBe('self');
    expect(way({ platform: 'win32' })).toBe('self');
    expect(way({ platform: 'win32', variables: { PORTABLE_EXECUTABLE_FILE: 'D:\\ClawReach.exe' } })).toBe('download');
    expect(way({ platform: 'darwin', executable: '/Applications/ClawReach.app/Contents/MacOS/ClawReach' })).toBe(
      'self',
    );
  });

  it('is never by itself over the file of another AppImage, from whose terminal it was started [S-APP-7]', () => {
    const variables = { APPIMAGE: '/home/mira/Terminal.AppImage', APPDIR: '/tmp/.mount_Termin' };
    expect(way({ variables })).toBe('download');
    expect(way({ variables: { APPIMAGE: variables.APPIMAGE } })).toBe('download');
    expect(way({ variables: { ...variables, APPDIR: '/opt/Claw' } })).toBe('download');
    expect(way({ variables, packageType: 'deb' })).toBe('deb');
  });

  it('is not by itself where nothing can be replaced', () => {
    const variables = { APPIMAGE: '/srv/ClawReach.AppImage', APPDIR: '/opt/ClawReach' };
    expect(way({ variables, mayReplace: () => false })).toBe('download');
    expect(way({ platform: 'darwin', executable: '/Volumes/ClawReach/ClawReach.app/Contents/MacOS/ClawReach' })).toBe(
      'move',
    );
    expect(
      way({
        platform: 'darwin',
        executable: '/private/var/folders/x/AppTranslocation/y/d/ClawReach.app/Contents/MacOS/ClawReach',
      }),
    ).toBe('move');
  });
});

describe('the file of a release', () => {
  const file = (name: string) => ({ url: `https://example.org/v1/${name}`, sha512: '', size: 1 });
  const release = (...names: string[]) => ({ files: names.map((name) => file(name)) }) as unknown as ReleaseMetadata;
  const all = release(
    'ClawReach-1.0.0-arm64.dmg',
    'ClawReach-1.0.0-arm64.zip',
    'ClawReach-1.0.0-x64.zip',
    'ClawReach-1.0.0-x64.exe',
    'ClawReach-1.0.0-x86_64.AppImage',
    'clawreach_1.0.0_amd64.deb',
  );
  const nameOf = (platform: string, arch: string, of = all) => chooseFile(of, platform, arch)?.url.split('/').at(-1);

  it('is the one of this system and this processor', () => {
    expect(nameOf('darwin', 'arm64')).toBe('ClawReach-1.0.0-arm64.zip');
    expect(nameOf('darwin', 'x64')).toBe('ClawReach-1.0.0-x64.zip');
    expect(nameOf('win32', 'x64')).toBe('ClawReach-1.0.0-x64.exe');
    expect(nameOf('linux', 'x64')).toBe('ClawReach-1.0.0-x86_64.AppImage');
  });

  it('is none when only others have one', () => {
    expect(nameOf('linux', 'arm64')).toBeUndefined();
    expect(nameOf('win32', 'arm64')).toBeUndefined();
    expect(nameOf('freebsd', 'x64')).toBeUndefined();
    expect(nameOf('linux', 'arm64', release('ClawReach.AppImage'))).toBe('ClawReach.AppImage');
  });
});

describe('what a build knows of its releases', () => {
  const KEY = Buffer.alloc(32, 7).toString('base64');
  const feeds = { stable: 'https://example.org/stable', beta: 'https://example.org/beta' };
  const read = (document: unknown) => readUpdateSource(JSON.stringify(document));

  it('is nothing without a server or without a key, so that nobody is trusted [S-UPD-4]', () => {
    expect(read({ feeds, keys: [KEY] })).toEqual({ feeds, keys: [KEY] });
    expect(read({ feeds, keys: [] })).toBeUndefined();
    expect(read({ feeds: null, keys: [KEY] })).toBeUndefined();
  });

  it('cannot be a server without TLS, a key of another kind, or a third key [S-UPD-4]', () => {
    expect(() => read({ feeds: { ...feeds, beta: 'http://example.org' }, keys: [KEY] })).toThrow('https');
    expect(() => read({ feeds, keys: ['short'] })).toThrow('Invalid string');
    expect(() => read({ feeds, keys: [KEY, KEY, KEY] })).toThrow('Too big');
  });
});

describe('settings of an older version', () => {
  it('are read whole, and new versions are looked for as at first', () => {
    const { updates: _, ...older } = { ...DEFAULT_WINDOW_SETTINGS, theme: 'dark' as const };
    expect(windowSettings.parse(older)).toEqual({ ...older, updates: DEFAULT_UPDATE_SETTINGS });
  });
});
