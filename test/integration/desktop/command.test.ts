import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { asAdministrator } from '../../../src-main/desktop/command/as-administrator.ts';
import { CommandInstaller } from '../../../src-main/desktop/command/command-installer.ts';
import { planCommand, type CommandFacts, type CommandPlan } from '../../../src-main/desktop/command/plan.ts';
import { codeOf } from '#test/support/hostile/device.ts';

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A home, and an installation whose command says its version. */
function scene(version = '1.0.0') {
  const home = mkdtempSync(join(tmpdir(), 'clawreach-command-'));
  directories.push(home);
  const resources = join(home, 'image', 'resources');
  mkdirSync(join(resources, 'command', 'app'), { recursive: true });
  writeFileSync(join(resources, 'command', 'clawreach'), version, { mode: 0o755 });
  const bin = join(home, '.local', 'bin');
  const facts: CommandFacts = {
    packaged: true,
    platform: 'linux',
    resources,
    home,
    variables: {},
    packageType: undefined,
    isTemporary: false,
  };
  const create = (plan: CommandPlan, of = version) =>
    new CommandInstaller({
      plan,
      version: of,
      path: () => Promise.resolve(`/usr/bin-of-nobody:${bin}`),
      run: () => Promise.reject(new Error('nothing is run here')),
    });
  return { home, resources, bin, facts, create };
}

describe('the command of an AppImage', () => {
  const inImage = (facts: CommandFacts): CommandFacts => ({
    ...facts,
    variables: { APPIMAGE: '/home/mira/ClawReach.AppImage', APPDIR: dirname(facts.resources) },
  });

  it('is copied, since the image is gone when it ends, and found by a terminal', async () => {
    const { facts, create, bin } = scene();
    const command = create(planCommand(inImage(facts)));
    const path = join(bin, 'clawreach');
    expect(await command.get()).toEqual({ state: 'missing', path, by: 'copy', missingInPath: null });
    expect((await command.install()).state).toBe('installed');
    expect(readFileSync(path, 'utf8')).toBe('1.0.0');
    expect((await command.remove()).state).toBe('missing');
    expect(existsSync(path)).toBe(false);
  });

  it('follows an update, and the version before stays for an agent that still runs', async () => {
    const { facts, create, bin, resources, home } = scene();
    const plan = planCommand(inImage(facts));
    await create(plan).install();
    for (const version of ['1.1.0', '1.2.0']) {
      writeFileSync(join(resources, 'command', 'clawreach'), version);
      await create(plan, version).refresh();
      expect(readFileSync(join(bin, 'clawreach'), 'utf8')).toBe(version);
    }
    const copies = join(home, '.local', 'share', 'clawreach', 'command');
    expect(['1.0.0', '1.1.0', '1.2.0'].map((version) => existsSync(join(copies, version)))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('is not made by an update where nobody has asked for it', async () => {
    const { facts, create, bin } = scene();
    await create(planCommand(inImage(facts))).refresh();
    expect(existsSync(join(bin, 'clawreach'))).toBe(false);
  });

  it('never takes the place of another program [S-UPD-5]', async () => {
    const { facts, create, bin } = scene();
    mkdirSync(bin, { recursive: true });
    const path = join(bin, 'clawreach');
    const command = create(planCommand(inImage(facts)));
    writeFileSync(path, 'mine');
    expect(await codeOf(command.install())).toBe('shell.command-taken');
    rmSync(path);
    symlinkSync('/usr/bin/true', path);
    expect(await codeOf(command.install())).toBe('shell.command-taken');
    await command.remove();
    expect(readlinkSync(path)).toBe('/usr/bin/true');
  });

  it('says which folder a terminal does not look into, and which other command it finds first', async () => {
    const { facts, home, resources } = scene();
    const plan = planCommand(inImage(facts));
    const other = join(home, 'other');
    mkdirSync(other);
    const create = (path: string) =>
      new CommandInstaller({ plan, version: '1.0.0', path: () => Promise.resolve(path), run: () => Promise.resolve() });
    expect((await create(other).install()).missingInPath).toBe(join(home, '.local', 'bin'));
    writeFileSync(join(other, 'clawreach'), '');
    expect(await create(`${other}:${join(home, '.local', 'bin')}`).get()).toMatchObject({
      state: 'other',
      path: join(other, 'clawreach'),
    });
    expect(existsSync(resources)).toBe(true);
  });
});

describe('the command of other installations', () => {
  it('is a link to an application that stays where it is', async () => {
    const { facts, create, bin, resources } = scene();
    const command = create(planCommand(facts));
    expect(await command.install()).toMatchObject({ state: 'installed', by: 'link' });
    expect(readlinkSync(join(bin, 'clawreach'))).toBe(join(resources, 'command', 'clawreach'));
  });

  it('is a link that macOS asks a password for, and no word of a path is one for a shell [S-UPD-5]', () => {
    expect(
      asAdministrator([['ln', '-sfn', `/Applications/Mira's "$(x)" \\ App/clawreach`, '/usr/local/bin/clawreach']]),
    ).toEqual([
      '/usr/bin/osascript',
      '-e',
      String.raw`do shell script "'ln' '-sfn' '/Applications/Mira'\\''s \"$(x)\" \\ App/clawreach' '/usr/local/bin/clawreach'" with administrator privileges`,
    ]);
  });

  it('is refused while the application runs from a disk image, from its sources, or out of a package', async () => {
    const { facts, create } = scene();
    expect(await codeOf(create(planCommand({ ...facts, platform: 'darwin', isTemporary: true })).install())).toBe(
      'shell.command-moved',
    );
    const source = create(planCommand({ ...facts, packaged: false }));
    expect((await source.get()).state).toBe('none');
    expect(await codeOf(source.install())).toBe('shell.command-source');
    expect(planCommand({ ...facts, packageType: 'deb' })).toEqual({ how: 'package', path: '/usr/bin/clawreach' });
  });

  it('is in the PATH of Windows: the folder of the installation, or of a copy of the portable program', () => {
    const { facts } = scene();
    const windows = { ...facts, platform: 'win32', home: 'C:\\Users\\mira', resources: 'C:\\ClawReach\\resources' };
    expect(planCommand(windows)).toEqual({ how: 'path', folder: 'C:\\ClawReach\\resources\\command', copyFrom: null });
    expect(planCommand({ ...windows, variables: { PORTABLE_EXECUTABLE_FILE: 'D:\\ClawReach.exe' } })).toEqual({
      how: 'path',
      folder: 'C:\\Users\\mira\\AppData\\Local\\ClawReach\\command',
      copyFrom: 'C:\\ClawReach\\resources\\command',
    });
  });
});
