import { describe, expect, it } from 'vitest';
import { defaultShell, programEnvironment, terminalEnvironment } from '#agent/terminals/index.ts';
import type { TerminalHome } from '#agent/terminals/index.ts';

const HOME: TerminalHome = {
  platform: 'linux',
  environment: { PATH: '/bin', LANG: 'de_DE.UTF-8', SHELL: '/bin/zsh' },
  shell: '/usr/bin/fish',
  username: 'me',
  home: '/home/me',
};

describe('the program of a terminal', () => {
  it('is the login shell of the user, else $SHELL, else /bin/sh', () => {
    expect(defaultShell(HOME)).toEqual({ file: '/usr/bin/fish', args: ['-l'] });
    expect(defaultShell({ ...HOME, shell: null })).toEqual({ file: '/bin/zsh', args: ['-l'] });
    expect(defaultShell({ ...HOME, shell: '', environment: {} })).toEqual({ file: '/bin/sh', args: ['-l'] });
  });

  it('gets no argument that it may not know', () => {
    expect(defaultShell({ ...HOME, shell: '/opt/nu' })).toEqual({ file: '/opt/nu', args: [] });
    // By its place: a name alone would be looked for along a path that others may have added to.
    const windows = { ...HOME, platform: 'win32', environment: { SYSTEMROOT: String.raw`D:\Windows` } };
    const file = String.raw`D:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`;
    expect(defaultShell(windows)).toEqual({ file, args: ['-NoLogo'] });
  });

  it('has the environment of the user, without what is ours or of another terminal', () => {
    const environment = {
      ...HOME.environment,
      CLAWREACH_PROFILE: 'x',
      NODE_OPTIONS: '--inspect',
      NODE_CHANNEL_FD: '3',
      npm_config_registry: 'x',
      ELECTRON_RUN_AS_NODE: '1',
      TMUX: '/tmp/tmux',
      TERM: 'dumb',
      COLORTERM: '24bit',
      TERM_PROGRAM: 'Apple_Terminal',
      COLUMNS: '200',
      EDITOR: 'vim',
      NOTHING: undefined,
    };
    const own = {
      PATH: '/bin',
      LANG: 'de_DE.UTF-8',
      EDITOR: 'vim',
      HOME: '/home/me',
      USER: 'me',
      LOGNAME: 'me',
      SHELL: '/usr/bin/fish',
      PWD: '/home/me',
    };
    const home = { ...HOME, environment };
    expect(programEnvironment(home, '/usr/bin/fish')).toEqual(own);
    expect(terminalEnvironment(home, '/usr/bin/fish', { term: 'xterm-256color', version: '1.2.3' })).toEqual({
      ...own,
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      TERM_PROGRAM: 'ClawReach',
      TERM_PROGRAM_VERSION: '1.2.3',
    });
  });

  it.each([
    ['xterm-256color', true],
    ['xterm-kitty', true],
    ['tmux-256color', true],
    ['iterm2-direct', true],
    ['xterm', false],
    ['linux', false],
    ['screen-256color', false],
    ['dumb', false],
    ['vt100', false],
  ])('is told of all colours only by a terminal that draws them: %s', (term, hasAll) => {
    const environment = terminalEnvironment(HOME, '/bin/sh', { term, version: undefined });
    expect('COLORTERM' in environment).toBe(hasAll);
    expect(environment['TERM_PROGRAM']).toBe('ClawReach');
    expect('TERM_PROGRAM_VERSION' in environment).toBe(false);
  });
});
