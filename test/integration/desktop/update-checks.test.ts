import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_UPDATE_SETTINGS, type UpdateChannel, type UpdatesView } from '#shared/app-api/index.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { createReleaseKey, ReleaseServer, writtenMetadata } from '#test/support/releases.ts';
import type { UpdateEngine } from '../../../src-main/desktop/updates/engine.ts';
import { ReleaseFeed } from '#node/releases/index.ts';
import type { SignedTimes } from '../../../src-main/desktop/updates/offer.ts';
import { Updates } from '../../../src-main/desktop/updates/updates.ts';

const DAY = 24 * 3_600_000;
const START = 1_800_000_000_000;
const FILE = Buffer.from('a new version');
const key = createReleaseKey();
const next = createReleaseKey();
const stranger = createReleaseKey();

let server: ReleaseServer;

beforeAll(async () => {
  server = await ReleaseServer.start();
});

afterAll(() => server.close());

beforeEach(() => {
  server.files.clear();
  server.asked.length = 0;
  server.failing = undefined;
});

function metadata(version: string): string {
  return writtenMetadata(version, { 'ClawReach.AppImage': FILE }, new Date(START));
}

function scene(
  given: Readonly<{ installed?: string; keys?: readonly string[]; channel?: UpdateChannel; clock?: FakeClock }> = {},
) {
  const clock = given.clock ?? new FakeClock(START);
  let seen: SignedTimes = {};
  const settings = { ...DEFAULT_UPDATE_SETTINGS, channel: given.channel ?? 'stable' };
  const source = { feeds: { stable: server.url, beta: server.url }, keys: given.keys ?? [key.public] };
  const engine: UpdateEngine = {
    sizeOf: ({ files }) => files[0]?.size ?? null,
    download: () => Promise.resolve(),
    install: () => Promise.reject(new Error('not here')),
  };
  const updates = new Updates({
    installed: given.installed ?? '1.0.0',
    method: 'self',
    feed: new ReleaseFeed({ source, platform: 'linux', arch: 'x64', fetch: (url, init) => fetch(url, init) }),
    engine,
    settings: () => settings,
    seen: {
      load: () => seen,
      save: (times) => {
        seen = times;
      },
    },
    finish: () => Promise.resolve(),
    startAgain: () => undefined,
    clock,
    logger: silentLogger,
  });
  return { updates, clock, settings, seen: () => seen };
}

/** Of a look that failed; every one has a text. */
function problemOf({ state }: UpdatesView): string {
  if (state.name !== 'failed') return state.name;
  expect(Object.hasOwn(ERROR_TEXTS, state.problem)).toBe(true);
  return state.problem;
}

describe('a release that a known key has signed', () => {
  it('is offered when it is newer, with its size and its page', async () => {
    const page = 'https://example.org/v1.1.0';
    server.publish('latest-linux.yml', metadata('1.1.0'), [key], { now: new Date(START), page });
    const { updates, clock } = scene();
    expect(await updates.check()).toEqual({
      installed: '1.0.0',
      way: 'self',
      available: true,
      checkedAt: clock.now(),
      state: {
        name: 'available',
        release: { version: '1.1.0', released: START, notes: null, page, size: FILE.length },
      },
    });
    expect(server.asked).toEqual(['latest-linux.yml', 'latest-linux.yml.sig']);
  });

  it.each(['1.0.0', '0.9.9', '1.0.0-beta.3'])(
    'is never offered when it is %s and 1.0.0 is installed [S-UPD-2]',
    async (version) => {
      server.publish('latest-linux.yml', metadata(version), [key], { now: new Date(START) });
      expect((await scene().updates.check()).state).toEqual({ name: 'idle' });
    },
  );

  it('is offered before and after the key was replaced, as long as one of both keys is known', async () => {
    server.publish('latest-linux.yml', metadata('1.1.0'), [key, next], { now: new Date(START) });
    for (const keys of [[key.public], [key.public, next.public], [next.public]]) {
      expect((await scene({ keys }).updates.check()).state.name).toBe('available');
    }
  });
});

describe('a server that is hostile', () => {
  it('is refused without a signature [S-UPD-1]', async () => {
    server.publish('latest-linux.yml', metadata('1.1.0'), [key], { now: new Date(START) });
    server.files.delete('latest-linux.yml.sig');
    expect(problemOf(await scene().updates.check())).toBe('update.unsigned');
    server.files.set('latest-linux.yml.sig', 'trust me\n');
    expect(problemOf(await scene().updates.check())).toBe('update.unsigned');
  });

  it('is refused with the signature of another key, also under the name of a known one [S-UPD-1]', async () => {
    server.publish('latest-linux.yml', metadata('1.1.0'), [stranger], { now: new Date(START) });
    expect(problemOf(await scene().updates.check())).toBe('update.wrong-signature');
    const signature = String(server.files.get('latest-linux.yml.sig')).split(' ').at(-1);
    server.publish('latest-linux.yml', metadata('1.1.0'), [key], { now: new Date(START) });
    const named = String(server.files.get('latest-linux.yml.sig')).split(' ').slice(0, 2).join(' ');
    server.files.set('latest-linux.yml.sig', `${named} ${signature}`);
    expect(problemOf(await scene().updates.check())).toBe('update.wrong-signature');
  });

  it('is refused when a single bit of what was signed is another [S-UPD-1]', async () => {
    server.publish('latest-linux.yml', metadata('1.1.0'), [key], { now: new Date(START) });
    const bytes = Buffer.from(server.files.get('latest-linux.yml') ?? '');
    for (const at of [0, bytes.indexOf('1.1.0'), bytes.indexOf('sha512') + 20, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      server.files.set('latest-linux.yml', changed);
      expect(problemOf(await scene().updates.check())).toBe('update.wrong-signature');
    }
  });

  it('cannot pass what was signed for another channel or system off as this one [S-UPD-2]', async () => {
    const copy = (from: string, to: string): void => {
      for (const end of ['', '.sig']) server.files.set(`${to}${end}`, server.files.get(`${from}${end}`) ?? '');
    };
    server.publish('beta-linux.yml', metadata('1.1.0-beta.1'), [key], { now: new Date(START) });
    copy('beta-linux.yml', 'latest-linux.yml');
    expect(problemOf(await scene().updates.check())).toBe('update.wrong-channel');
    expect((await scene({ channel: 'beta' }).updates.check()).state.name).toBe('available');
    for (const other of ['latest-mac.yml', 'latest.yml', 'latest-linux-arm64.yml']) {
      server.publish(other, metadata('1.1.0'), [key], { now: new Date(START) });
      copy(other, 'latest-linux.yml');
      expect(problemOf(await scene().updates.check())).toBe('update.wrong-system');
    }
  });

  it('cannot show what has expired, nor hide what came later behind what it has kept [S-UPD-2]', async () => {
    server.publish('latest-linux.yml', metadata('1.1.0'), [key], { now: new Date(START), days: 30 });
    const kept = new Map(server.files);
    const { updates, clock } = scene();
    expect((await updates.check()).state.name).toBe('available');
    server.publish('latest-linux.yml', metadata('1.2.0'), [key], { now: new Date(START + DAY), days: 30 });
    expect((await updates.check()).state).toMatchObject({ name: 'available', release: { version: '1.2.0' } });
    for (const [name, content] of kept) server.files.set(name, content);
    const rolledBack = await updates.check();
    expect(problemOf(rolledBack)).toBe('update.rolled-back');
    expect(() => updates.download()).toThrow('nothing to download');
    await clock.advance(32 * DAY);
    expect(problemOf(await updates.check())).toBe('update.expired');
  });

  it('is left when it sends more than a release needs, and said to be out of reach when it answers nonsense', async () => {
    server.files.set('latest-linux.yml', Buffer.alloc(70_000, 'a'));
    expect(problemOf(await scene().updates.check())).toBe('update.malformed');
    server.failing = 503;
    expect(problemOf(await scene().updates.check())).toBe('update.unreachable');
    server.failing = undefined;
    server.files.clear();
    expect(problemOf(await scene().updates.check())).toBe('update.none');
  });

  it('cannot break the reader, whatever a known key has signed', async () => {
    const good = metadata('1.1.0');
    for (const bad of [
      good.replace('1.1.0', '../../1.1.0'),
      good.replace(/sha512: .*/, 'sha512: short'),
      good.replace(/size: .*/, 'size: -1'),
      good.replace('ClawReach.AppImage', 'file:///etc/passwd'),
    ]) {
      server.publish('latest-linux.yml', bad, [key], { now: new Date(START) });
      expect(problemOf(await scene().updates.check())).toBe('update.malformed');
    }
  });
});
