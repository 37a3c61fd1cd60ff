import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FileSecretStore } from '#node/files/index.ts';
import { agentOf } from '#test/support/electron/agent-of.ts';
import { canLaunchElectron, launchElectron, type RunningElectron } from '#test/support/electron/launch.ts';
import { until } from '#test/support/e2e/until.ts';
import { DesktopSession } from '#test/support/window/session.ts';
import { openSettings } from '#test/support/window/settings.ts';

const FIRST_PROFILE = join(import.meta.dirname, '../../fixtures/first-profile');
const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;

describe.skipIf(!canLaunchElectron())('the application in the background', { timeout: 120_000 }, () => {
  const cleanups: (() => unknown)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  }, 60_000);

  function directory(): string {
    const path = mkdtempSync(join(tmpdir(), 'clawreach-background-'));
    cleanups.push(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  async function start(profile: string, ...args: string[]): Promise<RunningElectron> {
    const session = await DesktopSession.start();
    cleanups.push(() => session.close());
    const electron = await launchElectron({ profile, session, args });
    cleanups.push(() => electron.close());
    await (await electron.window()).waitForLoadState();
    return electron;
  }

  async function text(electron: RunningElectron): Promise<string> {
    return (await electron.window()).evaluate(() => document.body.innerText);
  }

  it('starts at login when it is told to, hidden and with this profile, and pauses when it is told to', async () => {
    const profile = join(directory(), 'profile');
    const configuration = directory();
    const session = await DesktopSession.start();
    cleanups.push(() => session.close());
    const electron = await launchElectron({ profile, session, env: { XDG_CONFIG_HOME: configuration } });
    cleanups.push(() => electron.close());
    const page = await electron.window();
    await openSettings(page, 'This machine');
    const autostart = page.getByRole('switch', { name: 'Start when I sign in' });
    await autostart.click();
    await expect.poll(() => autostart.getAttribute('aria-checked')).toBe('true');
    const [name = ''] = await until('the entry', () => {
      const names = spawnSync('ls', [join(configuration, 'autostart')], { encoding: 'utf8' }).stdout.split('\n');
      return names[0] === '' ? undefined : names;
    });
    const entry = () => readFileSync(join(configuration, 'autostart', name), 'utf8');
    await expect.poll(entry).toMatch(new RegExp(`^Exec=".*electron" ".*" "--profile=${profile}" "--hidden"$`, 'm'));
    // desktop-file-validate is not everywhere; what it would say is in the unit tests.
    await autostart.click();
    await expect.poll(() => autostart.getAttribute('aria-checked')).toBe('false');

    await page.getByRole('button', { name: 'Pause…' }).click();
    await page.getByRole('menuitem', { name: 'Until I resume' }).click();
    await page.getByText('This machine is paused.').waitFor();
    const agent = await agentOf(profile);
    await expect.poll(async () => (await agent.call('status.get', {})).paused).toMatchObject({ until: null });
    await page.getByRole('button', { name: 'Resume' }).first().click();
    await expect.poll(async () => (await agent.call('status.get', {})).paused).toBeUndefined();
    agent.close();
  });

  it('quits from its settings, where no tray can', async () => {
    const electron = await start(join(directory(), 'profile'));
    const page = await electron.window();
    await openSettings(page, 'This machine');
    const ended = electron.ended();
    await page.getByRole('button', { name: 'Quit…' }).click();
    // The page ends with the application, perhaps before the click is over.
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Quit', exact: true })
      .click({ noWaitAfter: true })
      .catch(() => undefined);
    expect(await ended).toBe(0);
  });

  it('opens its window where the key store that holds its secret is not there, says so, and goes on when it can', async () => {
    const profile = join(directory(), 'profile');
    mkdirSync(profile, { mode: 0o700 });
    const sealed = { version: 1, backend: 'gnome-libsecret', sealed: 'AAAA' };
    writeFileSync(join(profile, 'secret.sealed'), JSON.stringify(sealed), { mode: 0o600 });
    const electron = await start(profile);
    await expect.poll(() => text(electron), { timeout: 30_000 }).toContain('secret.sealed');
    const before = readFileSync(join(profile, 'secret.sealed'), 'utf8');
    expect(before).toBe(JSON.stringify(sealed));
    // The person moves it away: the window asks again by itself.
    rmSync(join(profile, 'secret.sealed'));
    await expect.poll(() => text(electron), { timeout: 30_000 }).not.toContain('secret.sealed');
    const agent = await agentOf(profile);
    expect((await agent.call('status.get', {})).secretStore).toBe('file');
    agent.close();
  });

  it('says in the window which files were damaged', async () => {
    const profile = join(directory(), 'profile');
    cpSync(FIRST_PROFILE, profile, { recursive: true });
    spawnSync('chmod', ['700', profile]);
    writeFileSync(join(profile, 'gateways.json'), '\0\0\0', { mode: 0o600 });
    const electron = await start(profile);
    await expect.poll(() => text(electron), { timeout: 30_000 }).toContain('gateways.json');
    await expect.poll(() => text(electron), { timeout: 30_000 }).toContain('office');
  });

  it.runIf(canMount).each(['full', 'ro'] as const)('starts on a disk that is %s, and says so', async (kind) => {
    const disk = directory();
    const profile = join(disk, 'profile');
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'tmpfs', disk]).status).toBe(0);
    cleanups.push(() => spawnSync('umount', ['-l', disk]));
    cpSync(FIRST_PROFILE, profile, { recursive: true });
    spawnSync('chmod', ['700', profile]);
    await new FileSecretStore(join(profile, 'secret')).save(randomBytes(32));
    const [program, ...words] =
      kind === 'full'
        ? (['dd', 'if=/dev/zero', `of=${join(disk, 'fill')}`, 'bs=64k'] as const)
        : (['mount', '-o', 'remount,ro', disk] as const);
    spawnSync(program, words, { stdio: 'ignore' });
    const electron = await start(profile);
    await expect
      .poll(() => text(electron), { timeout: 30_000 })
      .toContain(kind === 'full' ? 'The disk is full' : 'The profile is read-only');
  });
});
