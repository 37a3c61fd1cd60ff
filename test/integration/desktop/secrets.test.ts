import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentStatus } from '#shared/app-api/index.ts';
import { agentOf } from '#test/support/electron/agent-of.ts';
import { findElectron } from '#test/support/electron/distribution.ts';
import { canLaunchElectron, launchElectron, type RunningElectron } from '#test/support/electron/launch.ts';
import { callFromPage, takePort } from '#test/support/electron/shell-calls.ts';
import { CLAWREACH, NODE, ROOT, runCommand, RunningCommand } from '#test/support/e2e/commands.ts';
import { until } from '#test/support/e2e/until.ts';
import { DesktopSession } from '#test/support/window/session.ts';
import { openSettings } from '#test/support/window/settings.ts';

const LIBSECRET = '--password-store=gnome-libsecret';
const HAS_KEYRING = spawnSync('gnome-keyring-daemon', ['--version']).status === 0;

describe.skipIf(!canLaunchElectron())('the secret of the application', { timeout: 120_000 }, () => {
  let session: DesktopSession;
  let profile: string;

  beforeEach(async () => {
    session = await DesktopSession.start();
    profile = session.ownedDirectory('profile');
  });
  afterEach(() => session.close());

  /** Runs the application until its agent has told its state. */
  async function status(...args: string[]): Promise<AgentStatus> {
    const running = await launchElectron({ session, profile, args });
    try {
      const agent = await agentOf(profile);
      const told = await agent.call('status.get', {});
      agent.close();
      return told;
    } finally {
      await running.quit();
    }
  }

  /** What the application says when it cannot start; it waits for the person to read it. */
  async function failure(...args: string[]): Promise<string> {
    const child = spawn(
      join(findElectron() ?? '', 'electron'),
      ['--no-sandbox', ROOT, `--profile=${profile}`, ...args],
      { env: { ...session.environment }, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    let said = '';
    const found = new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (text: Buffer) => {
        said += text.toString();
        const line = /.*could not start.*\n/.exec(said)?.[0];
        if (line !== undefined) resolve(line);
      });
      child.once('exit', () => reject(new Error(`ended without a word: ${said}`)));
    });
    try {
      return await found;
    } finally {
      const exited = once(child, 'exit');
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await exited;
    }
  }

  const secrets = (): readonly string[] => readdirSync(profile).filter((name) => name.startsWith('secret'));

  function expectFileForOwner(): void {
    expect(secrets()).toEqual(['secret']);
    expect(statSync(join(profile, 'secret')).mode & 0o777).toBe(0o600);
  }

  it('is a file for its owner only, where no key store answers', async () => {
    expect((await status(LIBSECRET)).secretStore).toBe('file');
    expectFileForOwner();
  });

  it('is a file for its owner only, where this desktop has no key store: it cannot be moved, and the settings say why [S-KEY-4]', async () => {
    const running = await launchElectron({ session, profile });
    try {
      const agent = await agentOf(profile);
      expect((await agent.call('status.get', {})).secretStore).toBe('file');
      expectFileForOwner();
      agent.close();
      const page = await running.window();
      await openSettings(page, 'Security');
      await page.getByText("You can't change this, because this system has no key store").waitFor();
      await page.getByText('File in your account', { exact: true }).waitFor();
      // What can't be chosen is not offered.
      expect(await page.getByRole('radio', { name: /System key store|File only you can read/ }).count()).toBe(0);
      await takePort(page);
      await expect(callFromPage(page, 'shell.secret.keep', { place: 'key-store' })).rejects.toThrow(
        'store.key-store-unavailable',
      );
      await expect(callFromPage(page, 'shell.secret.keep', { place: '/etc' } as never)).rejects.toThrow(
        'control.invalid',
      );
      expect(secrets()).toEqual(['secret']);
    } finally {
      await running.quit();
    }
  });

  it('cannot be moved while a command has it [S-KEY-4]', async () => {
    const command = new RunningCommand([CLAWREACH, 'run', `--profile=${profile}`], {
      program: NODE,
      environment: session.environment,
    });
    const headless = await agentOf(profile);
    await headless.call('status.get', {});
    const running = await launchElectron({ session, profile });
    try {
      const page = await running.window();
      await openSettings(page, 'Security');
      await page.getByText('ClawReach was started by a command').waitFor();
      await takePort(page);
      for (const place of ['file', 'key-store'] as const) {
        await expect(callFromPage(page, 'shell.secret.keep', { place })).rejects.toThrow('shell.secret-other-agent');
      }
      expect(secrets()).toEqual(['secret']);
      expect(existsSync(join(profile, 'window-secret.json'))).toBe(false);
    } finally {
      await running.quit();
      await headless.call('agent.stop', {});
      await command.ended;
    }
  });

  describe.skipIf(!HAS_KEYRING)('with a key store', () => {
    /** Unlocks it with the password; without one it stays locked. */
    async function startKeyring(password?: string): Promise<() => Promise<void>> {
      const child = session.start([
        'gnome-keyring-daemon',
        '--foreground',
        '--components=secrets',
        ...(password === undefined ? [] : ['--unlock']),
      ]);
      const exited = once(child, 'exit');
      child.stdin?.end(password ?? '');
      await owned('org.freedesktop.secrets');
      return async () => {
        child.kill('SIGTERM');
        await exited;
      };
    }

    /** Resolves when somebody on the session bus has that name. */
    async function owned(name: string): Promise<void> {
      const words = [
        '--session',
        '--print-reply',
        '--dest=org.freedesktop.DBus',
        '/',
        'org.freedesktop.DBus.NameHasOwner',
      ];
      await until(`somebody to have ${name}`, async () => {
        const { stdout } = await runCommand([...words, `string:${name}`], {
          program: 'dbus-send',
          environment: session.environment,
        });
        return stdout.includes('boolean true') ? true : undefined;
      });
    }

    it('moves from its file into the key store, and stays the same', async () => {
      const { device: before } = await status();
      const plain = readFileSync(join(profile, 'secret'));
      const end = await startKeyring('password');
      const after = await status(LIBSECRET);
      expect(after.secretStore).toBe('gnome-libsecret');
      expect(after.device.peerId).toBe(before.peerId);
      expect(secrets()).toEqual(['secret.sealed']);
      const sealed = readFileSync(join(profile, 'secret.sealed'), 'utf8');
      expect(sealed).not.toContain(plain.toString('hex'));
      // Another start of the key store has the same key.
      await end();
      await startKeyring('password');
      expect((await status(LIBSECRET)).device.peerId).toBe(before.peerId);
    });

    /** As a person does it in the settings; looks whether nothing moves before the confirmation. */
    async function move(running: RunningElectron, place: string, confirm: string): Promise<void> {
      const page = await running.window();
      await openSettings(page, 'Security');
      const choice = page.getByRole('radio', { name: place });
      const before = secrets();
      await choice.click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      expect([secrets(), await choice.isChecked()]).toEqual([before, false]);
      await choice.click();
      await page.getByRole('dialog').getByRole('button', { name: confirm }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await expect.poll(() => choice.isChecked()).toBe(true);
    }

    it('goes back to a file in the settings, so that a command can run, and into the key store again [S-KEY-3]', async () => {
      await startKeyring('password');
      const first = await launchElectron({ session, profile, args: [LIBSECRET] });
      const agent = await agentOf(profile);
      const { device } = await agent.call('status.get', {});
      expect(secrets()).toEqual(['secret.sealed']);
      await move(first, 'File only you can read', 'Store in a file');
      expect(secrets()).toEqual(['secret']);
      expect(statSync(join(profile, 'secret')).mode & 0o777).toBe(0o600);
      expect((await agent.call('status.get', {})).secretStore).toBe('file');
      const [entry] = await agent.call('audit.list', { limit: 1 });
      expect(entry).toMatchObject({ event: 'secret.moved', fields: { store: 'file' } });
      agent.close();
      await first.quit();

      const command = new RunningCommand([CLAWREACH, 'run', `--profile=${profile}`], {
        program: NODE,
        environment: session.environment,
      });
      const headless = await agentOf(profile);
      const running = await headless.call('status.get', {});
      expect([running.device.peerId, running.secretStore]).toEqual([device.peerId, 'file']);
      await headless.call('agent.stop', {});
      await command.ended;

      // The choice is remembered: a start does not seal the file again.
      const last = await launchElectron({ session, profile, args: [LIBSECRET] });
      const agentOfLast = await agentOf(profile);
      const kept = await agentOfLast.call('status.get', {});
      expect([kept.device.peerId, kept.secretStore, secrets()]).toEqual([device.peerId, 'file', ['secret']]);
      agentOfLast.close();
      await move(last, 'System key store', 'Store in the key store');
      expect(secrets()).toEqual(['secret.sealed']);
      await last.quit();
      const sealed = await status(LIBSECRET);
      expect([sealed.device.peerId, sealed.secretStore]).toEqual([device.peerId, 'gnome-libsecret']);
      const refused = await runCommand([CLAWREACH, 'run', `--profile=${profile}`], {
        program: NODE,
        environment: session.environment,
      });
      expect(refused.stderr.replaceAll(/\s+/g, ' ')).toContain('Settings > Security > File only you can read');
    });

    it('once sealed, is never replaced by a new one: not without, not with a locked key store, not by a command', async () => {
      const end = await startKeyring('password');
      const { device } = await status(LIBSECRET);
      await end();
      const sealed = readFileSync(join(profile, 'secret.sealed'), 'utf8');
      expect(await failure(LIBSECRET)).toContain('store.key-store-locked');
      expect(await failure()).toContain('store.key-store-missing');
      const endLocked = await startKeyring();
      expect(await failure(LIBSECRET)).toContain('store.key-store-locked');
      await endLocked();
      const command = await runCommand([CLAWREACH, 'run', '--json', `--profile=${profile}`], {
        program: NODE,
        environment: session.environment,
      });
      expect(command.code).not.toBe(0);
      expect(`${command.stdout}${command.stderr}`).toContain('store.secret-sealed');
      expect(secrets()).toEqual(['secret.sealed']);
      expect(readFileSync(join(profile, 'secret.sealed'), 'utf8')).toBe(sealed);
      await startKeyring('password');
      expect((await status(LIBSECRET)).device.peerId).toBe(device.peerId);
      expect(existsSync(join(profile, 'secret'))).toBe(false);
    });
  });
});
