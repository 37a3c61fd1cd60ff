import { describe, expect, it } from 'vitest';
import { mayHaveAnyArguments, readerOf, scriptIndex } from '#agent/openclaw/node/safe-programs.ts';

const asked = (name: string, platform: NodeJS.Platform, path = `/usr/bin/${name}`) =>
  readerOf({ path, calledAs: name, platform });

describe('programs that are known to read and print only', () => {
  it.each(['arch', 'base64', 'free', 'lsblk', 'vmstat', 'cmp'])(
    'hold %s on Linux, and not on macOS, where it is another program or none [S-NODE-5]',
    (name) => {
      expect(asked(name, 'linux')).toBeDefined();
      expect(asked(name, 'darwin')).toBeUndefined();
    },
  );

  it('hold what macOS has for itself there only [S-NODE-5]', () => {
    expect(asked('sw_vers', 'darwin')).toBe('any');
    expect(asked('vm_stat', 'darwin')).toBe('any');
    expect(asked('sw_vers', 'linux')).toBeUndefined();
  });

  it.each(['tasklist', 'systeminfo', 'getmac', 'arch', 'cat'])('do not hold %s on Windows [S-NODE-5]', (name) => {
    expect(asked(name, 'win32', `C:\\Windows\\System32\\${name}.exe`)).toBeUndefined();
  });

  it.each(['freebsd', 'openbsd', 'sunos', 'aix', 'android'] as const)(
    'are none on %s, which nobody has looked at [S-NODE-5]',
    (platform) => {
      expect(asked('cat', platform)).toBeUndefined();
      expect(mayHaveAnyArguments('uname')).toBe(true);
      expect(asked('uname', platform)).toBeUndefined();
    },
  );

  it('are those that are what they are called, or one file that is many programs [S-NODE-5]', () => {
    expect(asked('cat', 'linux', '/usr/bin/bash')).toBeUndefined();
    expect(asked('pgrep', 'linux', '/usr/bin/pkill')).toBeUndefined();
    expect(asked('cat', 'linux', '/usr/bin/busybox')).toBe('exact');
  });

  it('hold no program that starts, loads or writes by an option [S-NODE-5]', () => {
    const unsafe =
      'sort diff strings file getent env find xargs tee awk sed less more man git tar nice timeout shasum uniq sysctl getconf';
    for (const name of unsafe.split(' '))
      for (const platform of ['linux', 'darwin'] as const)
        expect([name, asked(name, platform)]).toEqual([name, undefined]);
  });
});

describe('the script of an interpreter', () => {
  const python = { path: '/usr/bin/python3.11', calledAs: 'python3' };

  it('is not known of Python on macOS, which starts another program [S-NODE-5]', () => {
    expect(scriptIndex({ ...python, platform: 'linux' }, ['-I', 'job.py'])).toBe(1);
    expect(scriptIndex({ ...python, platform: 'darwin' }, ['-I', 'job.py'])).toBeUndefined();
  });

  it.each([
    ['-m', 'job'],
    ['job.py'],
    ['-c', 'x'],
    ['-I'],
    ['-I', '-'],
    ['-I', '-x', 'job.py'],
    ['-Ic', 'x'],
    ['-I', ''],
  ])('is not known of Python with %s %s [S-NODE-5]', (...words) => {
    expect(scriptIndex({ ...python, platform: 'linux' }, words)).toBeUndefined();
  });

  it.each([
    ['-c', 'x'],
    ['-i', 'job.sh'],
    ['--rcfile', 'a'],
    ['-o', 'a'],
    ['+x', 'a'],
    ['-', 'a'],
    ['-l', 'a'],
    ['-ea', 'a'],
    [],
  ])('is not known of a shell with %s %s [S-NODE-5]', (...words) => {
    expect(scriptIndex({ path: '/usr/bin/bash', calledAs: 'bash', platform: 'linux' }, words)).toBeUndefined();
  });
});
