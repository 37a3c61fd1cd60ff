import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentStatus } from '#shared/app-api/index.ts';
import { agentOf } from '#test/support/electron/agent-of.ts';
import { findElectron } from '#test/support/electron/distribution.ts';
import { canLaunchElectron, launchElectron } from '#test/support/electron/launch.ts';
import { CLAWREACH, NODE, ROOT, runCommand } from '#test/support/e2e/commands.ts';
import { DesktopSession } from '#test/support/window/session.ts';

const LIBSECRET = '--password-store=gnome-libsecret';
const HAS_KEYRING = spawnSync('gnome-keyring-daemon', ['--version']).status === 0;

describe.skipIf(!canLaunchElectron())('the secret of the application', () => {
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

  it.each([
    ['that this desktop knows', []],
    ['that answers', [LIBSECRET]],
  ])('is a file for its owner only, where there is no key store %s', async (_name, args) => {
    const { secretStore } = await status(...args);
    expect(secretStore).toBe('file');
    expect(secrets()).toEqual(['secret']);
    expect(statSync(join(profile, 'secret')).mode & 0o777).toBe(0o600);
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
      for (let attempt = 0; attempt < 100; attempt += 1) {
        const { stdout } = await runCommand([...words, `string:${name}`], {
          program: 'dbus-send',
          environment: session.environment,
        });
        if (stdout.includes('boolean true')) return;
      }
      throw new Error(`nobody has ${name}`);
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
