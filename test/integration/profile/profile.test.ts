import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import type { Agent } from '#agent/index.ts';
import { PeerBook } from '#agent/peers/index.ts';
import { SettingsStore } from '#agent/core/store/index.ts';
import { createLocalAgent } from '#local/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { JsonDocumentFile, profilePaths } from '#node/files/index.ts';
import { AppApiClient, createTransportPair, DEFAULT_WINDOW_SETTINGS } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { documents, runCommand, RunningCommand, CLAWREACH, NODE } from '#test/support/e2e/commands.ts';
import { openJsonFile } from '../../../src-main/desktop/settings/json-document.ts';
import { StoredWindowSettings } from '../../../src-main/desktop/settings/window-settings-store.ts';

/**
 * `settings.json` and `peers.json` were written by the stores of 21 November 2026 (commit d28f0ff), the first that a person could have had;
 * `forwards.json` and `window.json` have the form of a647215 and 9b1e84f. None of them changes any more.
 */
const FIRST_PROFILE = join(import.meta.dirname, '../../fixtures/first-profile');

const running: Agent[] = [];
afterEach(async () => {
  for (const agent of running.splice(0)) await agent.close('test');
});

async function start(profile: string) {
  const agent = await createLocalAgent({ profile, logger: silentLogger, name: undefined, loopback: true });
  running.push(agent);
  const [ours, theirs] = createTransportPair();
  agent.serve(theirs);
  return { agent, api: new AppApiClient(ours) };
}

async function stop({ agent, api }: Awaited<ReturnType<typeof start>>): Promise<void> {
  await agent.close('test');
  api.close();
  running.splice(running.indexOf(agent), 1);
}

function firstProfile(): string {
  const profile = join(temporaryDirectory(), 'profile');
  cpSync(FIRST_PROFILE, profile, { recursive: true });
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  spawnSync('chmod', ['700', profile]);
  return profile;
}

function windowSettings(profile: string, say: (text: string) => void = () => undefined): StoredWindowSettings {
  return new StoredWindowSettings({
    open: openJsonFile,
    directory: profile,
    showMessage: say,
  });
}

describe('a profile of the first version', () => {
  it('is read whole, and what is new in it takes its default', async () => {
    const profile = firstProfile();
    const device = await start(profile);
    const status = await device.api.call('status.get', {});
    expect(status.problems).toBeUndefined();
    expect(status.device.name).toBe('ada-laptop');
    expect(
      (await device.api.call('peers.list', {})).map(({ name, rights }) => [name, rights.terminal.decision]),
    ).toEqual([['office', 'allow']]);
    expect((await device.api.call('forwards.list', {})).map(({ rule }) => rule.name)).toEqual(['browser']);
    expect((await device.api.call('network.get', {})).listen).toBe('on');
    // Written by this version and read once more, nothing of it is lost.
    await device.api.call('device.rename', { name: 'renamed' });
    await device.api.call('peers.rename', { peer: 'office', name: 'attic' });
    await stop(device);
    const again = await start(profile);
    const [peer] = await again.api.call('peers.list', {});
    expect([(await again.api.call('status.get', {})).device.name, peer?.name, peer?.rights.terminal.decision]).toEqual([
      'renamed',
      'attic',
      'allow',
    ]);
    expect(JSON.parse(readFileSync(profilePaths(profile).settings, 'utf8'))).toMatchObject({
      data: { shell: '/bin/bash', enrolments: ['AAAA'], relay: { url: 'wss://relay.example:7474' } },
    });
  });

  it('gives the window its settings, with a kind of notices in the place of the switch', () => {
    const said: string[] = [];
    const settings = windowSettings(firstProfile(), (text) => said.push(text)).get();
    expect(settings).toMatchObject({ theme: 'dark', closeToTray: false, notifications: 'none' });
    expect(settings.terminal).toMatchObject({ fontSize: 16, cursorBlink: true });
    expect(said).toEqual([]);
  });

  it('cut at any byte gives what its copy holds, and keeps what was cut', () => {
    const profile = firstProfile();
    const { settings, peers } = profilePaths(profile);
    const load: Readonly<Record<string, () => unknown>> = {
      [settings]: () =>
        new SettingsStore({ file: new JsonDocumentFile(settings), deviceName: 'x', logger: silentLogger }).value
          .deviceName,
      [peers]: () =>
        new PeerBook({ file: new JsonDocumentFile(peers), clock: systemClock, logger: silentLogger })
          .list()
          .map(({ name }) => name),
    };
    for (const [file, read] of Object.entries(load)) {
      const whole = read();
      const text = readFileSync(file);
      for (let length = text.toString().trimEnd().length - 1; length >= 0; length -= 1) {
        truncateSync(file, length);
        expect(read()).toEqual(whole);
        expect(statSync(file).size).toBe(length);
      }
      writeFileSync(file, text);
    }
  });
});

const DAMAGES: Readonly<Record<string, (good: string) => string>> = {
  empty: () => '',
  'full of zero bytes': (good) => '\0'.repeat(Math.max(16, good.length)),
  'cut in the middle': (good) => (good === '' ? '{"version":1,"da' : good.slice(0, good.length / 2)),
  'of another program': () => '{"hello":"world"}',
  'a list': () => '[1,2,3]',
};

describe('a profile of which one file is', () => {
  const names = Object.values(profilePaths('/'))
    .filter((path) => path.endsWith('.json'))
    .map((path) => basename(path));

  it.each(Object.keys(DAMAGES))('%s starts, says which, and loses nothing [S-RIGHT-6]', async (damage) => {
    const profile = firstProfile();
    // From the first start on there is a copy of each.
    await stop(await start(profile));
    const before = new Map<string, string>();
    for (const name of names) {
      const file = join(profile, name);
      const good = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const bad = DAMAGES[damage]?.(good) ?? '';
      before.set(name, bad);
      writeFileSync(file, bad, { mode: 0o600 });
    }
    const device = await start(profile);
    const { problems = [], device: own } = await device.api.call('status.get', {});
    const told = new Map(problems.map(({ code, details }) => [basename(String(details['file'])), code]));
    for (const name of names)
      expect([name, told.get(name)]).toEqual([
        name,
        existsSync(join(FIRST_PROFILE, name)) ? 'store.recovered' : 'store.lost',
      ]);
    // What has a copy is there, and what was damaged is still what it was.
    expect(own.name).toBe('ada-laptop');
    expect((await device.api.call('peers.list', {})).map(({ name }) => name)).toEqual(['office']);
    for (const [name, bad] of before) expect(readFileSync(join(profile, name), 'utf8')).toBe(bad);
    await device.api.call('device.rename', { name: 'other' });
    await stop(device);
    expect(readFileSync(join(profile, 'settings.json.damaged-1'), 'utf8')).toBe(before.get('settings.json'));
    const again = await start(profile);
    const status = await again.api.call('status.get', {});
    expect(status.device.name).toBe('other');
    expect(status.problems?.some(({ details }) => String(details['file']).endsWith('settings.json'))).toBe(false);
  });

  it.each(Object.keys(DAMAGES))('%s gives the window its defaults, and keeps the file', (damage) => {
    const profile = firstProfile();
    const file = join(profile, 'window.json');
    const bad = DAMAGES[damage]?.(readFileSync(file, 'utf8')) ?? '';
    writeFileSync(file, bad);
    const said: string[] = [];
    const store = windowSettings(profile, (text) => said.push(text));
    expect(store.get()).toEqual(DEFAULT_WINDOW_SETTINGS);
    store.set({ ...DEFAULT_WINDOW_SETTINGS, theme: 'light' });
    expect(windowSettings(profile).get().theme).toBe('light');
    const kept = readdirSync(profile).filter((name) => name.startsWith('window.json.damaged'));
    expect(kept.map((name) => readFileSync(join(profile, name), 'utf8'))).toEqual([bad]);
    expect(said).toHaveLength(1);
  });
});

test('two profiles have two devices at once, and neither knows of the other', async () => {
  const [one, other] = [await start(temporaryDirectory()), await start(temporaryDirectory())];
  const [first, second] = [await one.api.call('status.get', {}), await other.api.call('status.get', {})];
  expect(first.device.peerId).not.toBe(second.device.peerId);
  await one.api.call('agent.pause', { until: null });
  expect((await other.api.call('status.get', {})).paused).toBeUndefined();
});

const canMount =
  process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;
if (!canMount) process.stderr.write('no disk of its own can be mounted here: full and read-only disks are not tried\n');

describe.runIf(canMount)('on a disk of its own', () => {
  let disk: string;
  let profile: string;
  const environment = { PATH: process.env['PATH'] ?? '' };

  beforeAll(async () => {
    disk = mkdtempSync(join(tmpdir(), 'clawreach-disk-'));
    profile = join(disk, 'profile');
    mount('-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', disk);
    const device = await start(profile);
    await device.api.call('device.rename', { name: 'small' });
    await stop(device);
    return () => {
      spawnSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true, force: true });
    };
  });

  function mount(...words: string[]): void {
    const { status, stderr } = spawnSync('mount', words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }

  /** Runs the command on the profile, and what `status` says meanwhile. */
  async function statusOf(): Promise<unknown> {
    const agent = new RunningCommand([CLAWREACH, 'run', `--profile=${profile}`], { program: NODE, environment });
    try {
      await agent.said(/profile /);
      const { stdout } = await runCommand([CLAWREACH, 'status', '--json', `--profile=${profile}`], {
        program: NODE,
        environment,
      });
      return documents(stdout).at(-1);
    } finally {
      await agent.end('SIGINT');
    }
  }

  it('that is full it starts, says so, refuses what it cannot save, and is as before when there is room again', async () => {
    const fill = join(disk, 'fill');
    spawnSync('dd', ['if=/dev/zero', `of=${fill}`, 'bs=64k', 'count=64'], { stdio: 'ignore' });
    const kept = readFileSync(join(profile, 'settings.json'));
    expect(await statusOf()).toMatchObject({ device: { name: 'small' }, problems: [{ code: 'store.disk-full' }] });
    const device = await start(profile);
    await expect(device.api.call('device.rename', { name: 'large' })).rejects.toMatchObject({ code: 'store.write' });
    expect((await device.api.call('status.get', {})).device.name).toBe('small');
    expect(readFileSync(join(profile, 'settings.json'))).toEqual(kept);
    rmSync(fill);
    expect((await device.api.call('device.rename', { name: 'large' })).device.name).toBe('large');
    await stop(device);
  });

  it('that may only be read it starts, says so, and commands find it', async () => {
    mount('-o', 'remount,ro', disk);
    try {
      expect(await statusOf()).toMatchObject({ device: { name: 'large' }, problems: [{ code: 'store.read-only' }] });
    } finally {
      mount('-o', 'remount,rw', disk);
    }
  });
});
