import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getRawHeader, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { UpdatesView } from '#shared/app-api/index.ts';
import { RunningCommand } from '#test/support/e2e/commands.ts';
import { until } from '#test/support/e2e/until.ts';
import { agentOf } from '#test/support/electron/agent-of.ts';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { callFromPage, takePort } from '#test/support/electron/shell-calls.ts';
import { PackagedApplication, type RunningPackaged } from '#test/support/packaged/packaged-application.ts';
import { createReleaseKey, ReleaseServer, writtenMetadata } from '#test/support/releases.ts';
import { canBoot, ServerMachine } from '#test/support/server/machine.ts';
import { DesktopSession } from '#test/support/window/session.ts';

/** Staging, electron-builder and starts of Electron on a busy machine, ms. */
const LONG = 300_000;
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

describe.skipIf(!canLaunchElectron())('the packaged application', { timeout: LONG }, () => {
  const key = createReleaseKey();
  const cleanups: (() => unknown)[] = [];
  let directory: string;
  let server: ReleaseServer;
  let session: DesktopSession;
  let application: PackagedApplication;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'clawreach-packaged-'));
    server = await ReleaseServer.start();
    session = await DesktopSession.start();
    const feeds = { stable: server.url, beta: server.url };
    application = PackagedApplication.build(join(directory, 'release'), JSON.stringify({ feeds, keys: [key.public] }));
  }, LONG);

  afterAll(async () => {
    await session.close();
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  }, 60_000);

  /** A folder that no try before has used. */
  const fresh = (name: string): string => mkdtempSync(join(directory, `${name}-`));

  async function start(profile: string, environment: Readonly<Record<string, string>> = {}): Promise<RunningPackaged> {
    const running = await application.start(session, profile, environment);
    cleanups.push(() => running.quit());
    return running;
  }

  it('has every fuse as it should be [S-APP-7]', async () => {
    const wire = await getCurrentFuseWire(application.program);
    const states = Object.fromEntries(
      Object.entries(wire)
        .filter(([name]) => /^\d+$/.test(name))
        .map(([index, state]) => [FuseV1Options[Number(index)], state === FuseState.ENABLE]),
    );
    expect(states).toMatchObject({
      RunAsNode: false,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      EnableCookieEncryption: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
    });
  });

  it('consists of what it needs: bundles in the archive, native libraries of this system beside it, and nothing to build or read', () => {
    const resources = join(application.folder, 'resources');
    const archive = join(resources, 'app.asar');
    const files = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/'));
    expect(files).toEqual(
      expect.arrayContaining([
        '/dist/desktop/start.cjs',
        '/dist/desktop/main.js',
        '/dist/desktop/preload.cjs',
        '/dist/renderer/index.html',
        '/dist/pty-host.js',
        '/dist/clawreach-relay.js',
        '/dist/licences.json',
      ]),
    );
    expect(files.filter((path) => /\.(?:map|ts|cc|h|md)$|\/(?:test|src)\/|stories/.test(path))).toEqual([]);
    const { header } = getRawHeader(archive);
    expect(JSON.stringify(header)).toMatch(/"pty\.node":\{[^}]*"unpacked":true/);
    const native = readdirSync(`${archive}.unpacked`, { recursive: true }).filter((path) =>
      String(path).endsWith('.node'),
    );
    expect(native.filter((path) => /win32|darwin|arm64|musl/.test(String(path)))).toEqual([]);
    expect(native.some((path) => String(path).includes('node-pty'))).toBe(true);
    // Node's modules of the project are not all there.
    expect(existsSync(join(`${archive}.unpacked`, 'node_modules', 'react'))).toBe(false);
  });

  it('runs nothing but itself: neither as Node, nor with options for Node, nor under an inspector [S-APP-7]', async () => {
    const place = fresh('fuses');
    const marker = join(place, 'ran');
    const script = join(place, 'script.cjs');
    writeFileSync(script, `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`);
    const running = await start(join(place, 'profile'), {
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: `--require ${script}`,
    });
    await running.page();
    expect(running.output).not.toContain('Debugger listening');
    const command = await application.run([script], { ...session.environment, NODE_OPTIONS: `--require ${script}` });
    expect(command.stderr).toContain('usage.');
    await application.run(['--require', script], session.environment);
    expect(existsSync(marker)).toBe(false);
  });

  it('opens its window, and the command that comes with it reaches its agent', async () => {
    const profile = join(fresh('window'), 'profile');
    const running = await start(profile);
    const page = await running.page();
    await page.getByRole('heading').first().waitFor();
    expect(page.url()).toMatch(/^app:/);
    const client = await agentOf(profile);
    client.close();
    const status = await application.run(['status', '--json', `--profile=${profile}`], session.environment);
    expect(JSON.parse(status.stdout)).toMatchObject({ version, profile });
    expect((await application.run(['--version'], session.environment)).stdout.trim()).toBe(version);
    await takePort(page);
    const { packages, texts } = await callFromPage(page, 'shell.licences', {});
    const named = new Map(packages.map(({ name, text }) => [name, text]));
    const needed = ['react', 'node-pty', 'ws', 'electron-updater', 'electron', 'node'];
    expect(needed.filter((name) => !named.has(name))).toEqual([]);
    expect(texts[named.get('react') ?? -1]).toContain('MIT License');
    // Tools are no part of it.
    expect(['vitest', 'esbuild', 'electron-builder'].filter((name) => named.has(name))).toEqual([]);
  });

  it('has the skills for OpenClaw', () => {
    const skills = join(application.command, '..', 'app', 'skills');
    expect(readdirSync(skills).sort()).toEqual(['clawreach', 'clawreach-messages']);
    expect(readFileSync(join(skills, 'clawreach-messages', 'SKILL.md'), 'utf8')).toContain('message_check');
  });

  it('serves a terminal, to a machine that has only the command, over the relay that is part of it', async () => {
    const environment = { ...session.environment };
    const place = fresh('served');
    const relayHome = join(place, 'relay');
    const relay = new RunningCommand(
      [
        join(application.command, '..', 'app', 'dist', 'clawreach-relay.js'),
        '--listen=127.0.0.1:0',
        '--tls=off',
        `--data=${relayHome}`,
      ],
      { program: application.command, environment },
    );
    cleanups.push(() => relay.end());
    await relay.said(/^data /m);
    const url = /^url +(\S+)/m.exec(relay.stdout)?.[1] ?? '';
    const admission = /^admission token +(\S+)/m.exec(relay.stdout)?.[1] ?? '';

    const profile = join(place, 'profile');
    await start(profile);
    const served = await agentOf(profile);
    cleanups.push(() => served.close());
    await served.call('relay.configure', { url, admission, insecure: true });
    await served.call('relay.ready', { timeout: 30_000 });
    const invitation = await served.call('pairing.invite', { allow: ['terminal'] });

    const laptop = join(place, 'laptop');
    cleanups.push(() => application.run(['stop', `--profile=${laptop}`], environment));
    const words = ['pair', '--words-confirmed-elsewhere', '--name', 'laptop', `--profile=${laptop}`, '--relay', url];
    const paired = await application.run(words, { ...environment, CLAWREACH_PAIR_CODE: invitation.code ?? '' });
    expect(paired).toMatchObject({ code: 0 });
    const { peer, words: shown } = await served.call('pairing.result', { pairing: invitation.pairing });
    expect(paired.stdout).toContain(shown.join('  '));
    await served.call('pairing.confirm', { peer: peer.peerId, words: shown });
    const names = await application.run(['list', '--json', `--profile=${laptop}`], environment);
    const office = /"name":\s*"([^"]+)"/.exec(names.stdout)?.[1] ?? '';
    const said = await application.run(
      ['connect', office, `--profile=${laptop}`, '--', 'sh', '-c', 'echo "answer $((6 * 7))"; exit 3'],
      environment,
    );
    expect([said.stdout.trim(), said.code]).toEqual(['answer 42', 3]);
  });

  it.skipIf(!canBoot)('brings the package with it that a server of this kind gets [S-DEPLOY-2]', async () => {
    const place = fresh('deploy');
    const machine = new ServerMachine(join(place, 'server'));
    cleanups.push(() => machine.stop());
    await machine.start();
    const key = join(place, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    machine.authorize(readFileSync(`${key}.pub`, 'utf8'));
    const profile = join(place, 'profile');
    await start(profile);
    // By the agent of the application; the server of releases has no package.
    const asked = ['relay-server', 'deploy', `root@${machine.address}`, '--key', key, '--trust', machine.fingerprint];
    const planned = await application.run([...asked, '--dry-run', '--json', `--profile=${profile}`], {
      ...session.environment,
    });
    expect(planned).toMatchObject({ code: 0 });
    const size = Number(/"size":\s*(\d+)/.exec(planned.stdout)?.[1]);
    expect(size).toBeGreaterThan(20_000_000);
    expect(planned.stdout).toContain(`clawreach ${version}`);
  });

  describe('as an AppImage', () => {
    const NEWER = '99.0.0';

    /** Starts it as an image would, with a server that offers a newer version. */
    async function image(name: string, file: Buffer) {
      const place = fresh(name);
      const path = join(place, `${name}.AppImage`);
      writeFileSync(path, 'the version that runs');
      chmodSync(path, 0o755);
      const released = new Date();
      server.publish('latest-linux.yml', writtenMetadata(NEWER, { 'ClawReach.AppImage': file }, released), [key], {
        now: released,
      });
      const running = await start(join(place, 'profile'), {
        APPIMAGE: path,
        APPDIR: dirname(application.program),
      });
      const page = await running.page();
      await takePort(page);
      const get = (): Promise<UpdatesView> => callFromPage(page, 'shell.updates.get', {});
      return { path, running, page, get };
    }

    async function reached(get: () => Promise<UpdatesView>, ...names: readonly UpdatesView['state']['name'][]) {
      return until(
        names.join(' or '),
        async () => {
          const { state } = await get();
          return names.includes(state.name) ? state : undefined;
        },
        60_000,
      );
    }

    it('is updated after a yes: what was signed is downloaded, compared, put in its place and started [S-UPD-3]', async () => {
      const marker = join(fresh('updated'), 'marker');
      const next = Buffer.from(`#!/bin/sh\necho "$0" > '${marker}'\n`);
      server.files.set('ClawReach.AppImage', next);
      const { path, running, page, get } = await image('update', next);
      expect(await callFromPage(page, 'shell.updates.check', {})).toMatchObject({
        installed: version,
        way: 'self',
        state: { name: 'available', release: { version: NEWER, size: next.length } },
      });
      expect(readFileSync(path, 'utf8')).toBe('the version that runs');
      await callFromPage(page, 'shell.updates.download', {});
      expect(await reached(get, 'ready', 'failed')).toMatchObject({ name: 'ready' });
      // Nothing that would tell one installation from another.
      expect(Object.keys(server.headers).filter((header) => /cookie|^x-|authorization/.test(header))).toEqual([]);
      expect(readFileSync(path, 'utf8')).toBe('the version that runs');
      const exited = new Promise((resolve) => {
        running.child.once('exit', resolve);
      });
      await callFromPage(page, 'shell.updates.install', {});
      expect(await exited).toBe(0);
      await until('the new version', () => (existsSync(marker) ? true : undefined));
      expect(readFileSync(path)).toEqual(next);
    });

    it('ends a download without a length, and one that is longer than what was signed [S-UPD-3]', async () => {
      const signed = Buffer.from('#!/bin/sh\nexit 0\n');
      server.endless.add('ClawReach.AppImage');
      cleanups.push(() => server.endless.clear());
      const sent = server.sent;
      const { page, get } = await image('endless', signed);
      await callFromPage(page, 'shell.updates.check', {});
      await callFromPage(page, 'shell.updates.download', {});
      expect(await reached(get, 'ready', 'failed')).toMatchObject({ name: 'failed', problem: 'update.checksum' });
      server.endless.clear();
      // What the system takes of it before anybody looks.
      expect(server.sent - sent).toBeLessThan(16 * 1024 * 1024);
      server.files.set('ClawReach.AppImage', Buffer.alloc(1_000_000));
      await callFromPage(page, 'shell.updates.check', {});
      await callFromPage(page, 'shell.updates.download', {});
      expect(await reached(get, 'ready', 'failed')).toMatchObject({ name: 'failed', problem: 'update.checksum' });
    });

    it('throws a download away that is not the one that was signed [S-UPD-3]', async () => {
      const signed = Buffer.from('#!/bin/sh\nexit 0\n');
      const forged = Buffer.from('#!/bin/sh\nexit 1\n');
      expect(forged.length).toBe(signed.length);
      server.files.set('ClawReach.AppImage', forged);
      const { path, page, get } = await image('forged', signed);
      await callFromPage(page, 'shell.updates.check', {});
      await callFromPage(page, 'shell.updates.download', {});
      expect(await reached(get, 'ready', 'failed')).toMatchObject({ name: 'failed', problem: 'update.checksum' });
      const kept = readdirSync(join(session.directory, 'home'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.AppImage'))
        .map((entry) =>
          createHash('sha512')
            .update(readFileSync(join(entry.parentPath, entry.name)))
            .digest('base64'),
        );
      expect(kept).not.toContain(createHash('sha512').update(forged).digest('base64'));
      expect(readFileSync(path, 'utf8')).toBe('the version that runs');
    });
  });
});
