import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf } from '#test/support/rejections.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { DesktopEntry } from '../../../../src-main/desktop/autostart/desktop-entry.ts';
import { LoginItem, type LoginItemPort } from '../../../../src-main/desktop/autostart/login-item.ts';
import { startCommand } from '../../../../src-main/desktop/autostart/start-command.ts';

describe('what is started at login', () => {
  const facts = { execPath: '/opt/ClawReach/clawreach', sources: undefined, variables: {}, profile: undefined };

  it('is this very application, hidden, and with the profile that was named', () => {
    expect(startCommand(facts)).toEqual(['/opt/ClawReach/clawreach', '--hidden']);
    expect(startCommand({ ...facts, profile: '/srv/two' })).toEqual([
      '/opt/ClawReach/clawreach',
      '--profile=/srv/two',
      '--hidden',
    ]);
  });

  it('is the AppImage, the portable file, or the sources, and not where they are unpacked at the moment', () => {
    const mounted = { ...facts, execPath: '/tmp/.mount_Claw/clawreach' };
    const appImage = {
      ...mounted,
      variables: { APPIMAGE: '/home/ada/Apps/ClawReach.AppImage', APPDIR: '/tmp/.mount_Claw' },
    };
    expect(startCommand(appImage)[0]).toBe('/home/ada/Apps/ClawReach.AppImage');
    // Started from the terminal of another one, whose variables it has inherited.
    const other = { APPIMAGE: '/home/ada/Apps/Terminal.AppImage', APPDIR: '/tmp/.mount_Term' };
    expect(startCommand({ ...facts, variables: other })[0]).toBe(facts.execPath);
    const portable = { ...facts, variables: { PORTABLE_EXECUTABLE_FILE: String.raw`D:\ClawReach.exe` } };
    expect(startCommand(portable)[0]).toBe(String.raw`D:\ClawReach.exe`);
    const sources = { ...facts, execPath: '/src/node_modules/electron/dist/electron', sources: '/src' };
    expect(startCommand(sources)).toEqual(['/src/node_modules/electron/dist/electron', '/src', '--hidden']);
  });
});

describe('autostart on Linux', () => {
  function entry(...command: [string, ...string[]]) {
    const file = join(temporaryDirectory(), 'autostart', 'clawreach.desktop');
    return { file, subject: new DesktopEntry({ file, command, icon: 'clawreach' }) };
  }

  /** As the Desktop Entry Specification has Exec read: a string, then arguments in quotation marks. */
  function execOf(file: string): string[] {
    const value = /^Exec=(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
    const line = value.replaceAll(/\\([\\ntrs])/g, (_all, letter: string) => (letter === '\\' ? '\\' : '\n'));
    return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) =>
      word.replaceAll(/\\(["`$\\])/g, '$1').replaceAll('%%', '%'),
    );
  }

  it('is an entry in the directory of the person, and gone when it is switched off', async () => {
    const { file, subject } = entry('/opt/ClawReach/clawreach', '--hidden');
    expect(await subject.get()).toEqual({ state: 'off', problem: null, file });
    expect((await subject.set(true)).state).toBe('on');
    expect(readFileSync(file, 'utf8').split('\n')).toEqual(
      expect.arrayContaining(['[Desktop Entry]', 'Type=Application', 'Terminal=false']),
    );
    expect(execOf(file)).toEqual(['/opt/ClawReach/clawreach', '--hidden']);
    expect((await subject.set(false)).state).toBe('off');
    expect(existsSync(file)).toBe(false);
    expect((await subject.set(false)).state).toBe('off');
  });

  it.each(['/home/ada/my apps/Claw Reach', '/home/ada/100%', '/a"b`c$d\\e', '/配置/ä'])(
    'starts a program at %s',
    async (path) => {
      const { file, subject } = entry(path, `--profile=${path}`, '--hidden');
      await subject.set(true);
      expect(execOf(file)).toEqual([path, `--profile=${path}`, '--hidden']);
    },
  );

  it('says what a desktop has made of it', async () => {
    const { file, subject } = entry('/opt/clawreach', '--hidden');
    await subject.set(true);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text}Hidden=true\n`);
    expect((await subject.get()).state).toBe('off');
    writeFileSync(file, text.replace('X-GNOME-Autostart-enabled=true', 'X-GNOME-Autostart-enabled=false'));
    expect((await subject.get()).state).toBe('off');
    expect((await subject.set(true)).state).toBe('on');
  });

  it('follows an application that was moved, and leaves alone what others wrote, or switched off [S-APP-7]', async () => {
    const { file, subject } = entry('/new/ClawReach.AppImage', '--hidden');
    await new DesktopEntry({ file, command: ['/old/ClawReach.AppImage', '--hidden'], icon: 'clawreach' }).set(true);
    await subject.repair();
    expect(execOf(file)[0]).toBe('/new/ClawReach.AppImage');
    const foreign = '[Desktop Entry]\nType=Application\nExec=/usr/bin/other\n';
    writeFileSync(file, foreign);
    await subject.repair();
    expect(readFileSync(file, 'utf8')).toBe(foreign);
    await subject.set(false);
    await subject.repair();
    expect(existsSync(file)).toBe(false);
  });

  it('that cannot be written says why', async () => {
    const { file, subject } = entry('/opt/clawreach');
    // A file where its directory should be.
    mkdirSync(dirname(dirname(file)), { recursive: true });
    writeFileSync(dirname(file), '');
    expect(await codeOf(() => subject.set(true))).toBe('shell.autostart-failed');
    expect((await subject.get()).state).toBe('off');
  });
});

describe('login items', () => {
  type Set = Parameters<LoginItemPort['setLoginItemSettings']>[0];

  function app(answer: Partial<ReturnType<LoginItemPort['getLoginItemSettings']>> = {}) {
    const sets: Set[] = [];
    const asked: string[] = [];
    const port: LoginItemPort = {
      getLoginItemSettings: ({ path }) => {
        asked.push(path);
        return { openAtLogin: sets.at(-1)?.openAtLogin ?? false, ...answer };
      },
      setLoginItemSettings: (settings) => void sets.push(settings),
    };
    return { port, sets, asked };
  }

  const path = String.raw`C:\Program Files\ClawReach\ClawReach.exe`;
  const windows = (port: LoginItemPort, electron = 45) =>
    new LoginItem({ app: port, platform: 'win32', command: [path, '--hidden'], electron, name: 'ClawReach' });

  it('of Windows are written whole, with quotation marks by hand where Electron makes none', async () => {
    const now = app();
    expect((await windows(now.port).set(true)).state).toBe('on');
    expect(now.sets).toEqual([{ openAtLogin: true, path, args: ['--hidden'], name: 'ClawReach', enabled: true }]);
    const before = app();
    await windows(before.port, 33).set(true);
    expect(before.sets[0]?.path).toBe(`"${path}"`);
    // One with spaces is found by its path in quotation marks alone.
    expect(now.asked).toContain(`"${path}"`);
  });

  it('that a person has switched off in Windows are shown as such', async () => {
    const { port } = app({ launchItems: [{ name: 'ClawReach', enabled: false }] });
    expect(await windows(port).get()).toEqual({ state: 'on', problem: 'shell.autostart-held.win32', file: null });
  });

  it('that macOS has not allowed yet are shown as such', async () => {
    const { port } = app({ status: 'requires-approval' });
    const mac = new LoginItem({ app: port, platform: 'darwin', command: ['/A', '--hidden'], electron: 45, name: 'C' });
    expect((await mac.get()).problem).toBe('shell.autostart-held.darwin');
  });

  it('that the system refuses say so', async () => {
    const port: LoginItemPort = {
      getLoginItemSettings: () => ({ openAtLogin: false }),
      setLoginItemSettings: () => {
        throw new Error('no');
      },
    };
    expect(await codeOf(() => windows(port).set(true))).toBe('shell.autostart-failed');
  });
});
