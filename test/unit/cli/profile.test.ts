import { describe, expect, it } from 'vitest';
import { profileDirectory, profileOfConfig, type ProfileFacts } from '#cli/host/index.ts';

const LINUX: ProfileFacts = { platform: 'linux', variables: {}, home: '/home/ada', workingDirectory: '/work' };

describe('the profile', () => {
  it.each([
    ['the place of XDG', undefined, {}, '/home/ada/.config/clawreach'],
    ['XDG_CONFIG_HOME', undefined, { XDG_CONFIG_HOME: '/cfg' }, '/cfg/clawreach'],
    ['not a relative XDG_CONFIG_HOME', undefined, { XDG_CONFIG_HOME: 'cfg' }, '/home/ada/.config/clawreach'],
    ['CLAWREACH_PROFILE', undefined, { CLAWREACH_PROFILE: '/p' }, '/p'],
    ['not an empty CLAWREACH_PROFILE', undefined, { CLAWREACH_PROFILE: '' }, '/home/ada/.config/clawreach'],
    ['the option before the variable', '/o', { CLAWREACH_PROFILE: '/p' }, '/o'],
    ['an option from the working directory on', 'office', {}, '/work/office'],
  ])('is %s', (_what, option, variables, expected) => {
    expect(profileDirectory(option, { ...LINUX, variables })).toBe(expected);
  });

  it('is where the system wants it on macOS and Windows', () => {
    expect(profileDirectory(undefined, { ...LINUX, platform: 'darwin' })).toBe(
      '/home/ada/Library/Application Support/ClawReach',
    );
    const windows: ProfileFacts = {
      platform: 'win32',
      variables: { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' },
      home: 'C:\\Users\\ada',
      workingDirectory: 'C:\\work',
    };
    expect(profileDirectory(undefined, windows)).toBe('C:\\Users\\ada\\AppData\\Roaming\\ClawReach');
    expect(profileDirectory('p', windows)).toBe('C:\\work\\p');
  });

  it.each([
    ['/etc/clawreach', false, '/etc/clawreach'],
    ['/home/ada/.relay-connector.json', false, '/home/ada/.relay-connector'],
    ['/home/ada/.relay-connector.json', true, '/home/ada/.relay-connector'],
    ['/home/ada/connector.conf', true, '/home/ada/connector.conf.clawreach'],
    ['/home/ada/.config/clawreach/settings.json', true, '/home/ada/.config/clawreach/'],
    ['settings.json', true, '.'],
  ])('of a connector’s --config %s (a file: %s) is %s', (path, isFile, expected) => {
    expect(profileOfConfig(path, isFile)).toBe(expected);
  });
});
