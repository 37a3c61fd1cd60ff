import { describe, expect, it } from 'vitest';
import { profileDirectory, profileOfConfig, type ProfileFacts } from '#cli/host/index.ts';
import { runCommandLine } from '#cli/program.ts';
import { createFakeHost } from '#test/support/cli-host.ts';

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

  describe('is named in any place of the line:', () => {
    it.each([
      'approvals approve 7',
      'config name den',
      'devices list',
      'gateway list',
      'node status',
      'nodes list',
      'recordings list',
      'forward list',
      'relay status',
      'remote list',
      'requests list',
      'workflows list',
    ])('%s', async (line) => {
      for (const words of inEachPlace(line, '--profile=/p')) {
        const meant: string[] = [];
        const host = createFakeHost();
        const connect = async (profile: string) => void meant.push(profile);
        const startAgent = async ({ profile }: { profile: string }) => {
          meant.push(profile);
          throw new Error('none here');
        };
        await runCommandLine(words, { ...host, connect, startAgent });
        expect(new Set(meant)).toEqual(new Set(['/p']));
      }
    });

    it('service install', async () => {
      for (const words of inEachPlace('service install --dry-run', '--profile=/p')) {
        const host = createFakeHost();
        expect(await runCommandLine(words, host)).toBe(0);
        expect(host.stdout.text).toContain('"--profile=/p"');
      }
    });
  });
});

/** The words of the line with one more, before the first of them, before the second, and so on. */
function inEachPlace(line: string, word: string): readonly (readonly string[])[] {
  const words = line.split(' ');
  return [...words, ''].map((_before, place) => words.toSpliced(place, 0, word));
}
