import { describe, expect, it } from 'vitest';
import { DEFAULT_UPDATE_SETTINGS, type UpdateSettings, type UpdatesView } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { readMetadata, type ReleaseMetadata } from '#node/releases/index.ts';
import { UpdateError } from '#node/releases/index.ts';
import {
  CHECK_INTERVAL,
  FIRST_CHECK,
  RETRY_INTERVAL,
  Updates,
  type UpdatesOptions,
} from '../../../../src-main/desktop/updates/updates.ts';

const START = 1_800_000_000_000;

function release(version: string): ReleaseMetadata {
  const lines = [
    `version: ${version}`,
    'files:',
    '  - url: https://example.org/ClawReach.AppImage',
    `    sha512: ${'A'.repeat(86)}==`,
    '    size: 1000',
    "releaseDate: '2026-11-21T00:00:00.000Z'",
    'clawreach:',
    '  channel: stable',
    '  system: linux-x64',
    "  signed: '2026-11-21T00:00:00.000Z'",
    "  expires: '2099-11-21T00:00:00.000Z'",
  ];
  return readMetadata(Buffer.from(lines.join('\n')));
}

/** A download or an installer that the test ends as it likes. */
class Engine {
  progress: (received: number, total: number) => void = () => undefined;
  signal: AbortSignal | undefined;
  finish: () => void = () => undefined;
  fail: (error: unknown) => void = () => undefined;
  downloads = 0;
  installs = 0;

  sizeOf = (): number => 1000;

  download = (_release: unknown, progress: Engine['progress'], signal: AbortSignal): Promise<void> => {
    this.downloads += 1;
    this.progress = progress;
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
  };

  install = (): Promise<void> => {
    this.installs += 1;
    return new Promise((_resolve, reject) => {
      this.fail = reject;
    });
  };
}

function scene(given: Partial<UpdatesOptions> = {}) {
  const clock = new FakeClock(START);
  const engine = new Engine();
  const looks: string[] = [];
  const steps: string[] = [];
  const shared: { told: ReleaseMetadata | Error; settings: UpdateSettings } = {
    told: release('1.1.0'),
    settings: DEFAULT_UPDATE_SETTINGS,
  };
  const updates = new Updates({
    installed: '1.0.0',
    method: 'self',
    feed: {
      system: 'linux-x64',
      read: (channel) => {
        looks.push(channel);
        return shared.told instanceof Error ? Promise.reject(shared.told) : Promise.resolve(shared.told);
      },
    },
    engine,
    settings: () => shared.settings,
    seen: { load: () => ({}), save: () => undefined },
    finish: () => {
      steps.push('finished');
      return Promise.resolve();
    },
    startAgain: () => void steps.push('started again'),
    clock,
    logger: silentLogger,
    ...given,
  });
  const views: UpdatesView[] = [];
  updates.onChange((view) => views.push(view));
  return { updates, engine, clock, looks, steps, views, shared };
}

describe('looking for a newer version', () => {
  it('happens a while after the start, then every few hours, and downloads nothing by itself [S-UPD-3]', async () => {
    const { clock, looks, engine } = scene();
    await clock.advance(FIRST_CHECK - 1);
    expect(looks).toEqual([]);
    await clock.advance(1);
    expect(looks).toEqual(['stable']);
    await clock.advance(CHECK_INTERVAL);
    expect([looks.length, engine.downloads]).toEqual([2, 0]);
  });

  it('never happens by itself where the setting is off, and when the person asks it does', async () => {
    const { clock, looks, shared, updates } = scene();
    shared.settings = { check: false, channel: 'stable' };
    await clock.advance(5 * CHECK_INTERVAL);
    expect(looks).toEqual([]);
    expect((await updates.check()).state.name).toBe('available');
  });

  it('is tried again sooner when nobody answered, and its cause is told', async () => {
    const { clock, looks, shared, updates } = scene();
    shared.told = new UpdateError('update.unreachable', 'no', { details: { reason: 'no answer in time' } });
    await clock.advance(FIRST_CHECK);
    expect(updates.view.state).toEqual({
      name: 'failed',
      release: null,
      during: 'check',
      problem: 'update.unreachable',
      details: { reason: 'no answer in time' },
    });
    shared.told = release('1.0.0');
    await clock.advance(RETRY_INTERVAL);
    expect([looks.length, updates.view.state.name]).toEqual([2, 'idle']);
  });

  it('asks for the other channel as soon as that is set, and forgets what the former had', async () => {
    const { clock, looks, shared, updates } = scene();
    await updates.check();
    const before = shared.settings;
    shared.settings = { check: true, channel: 'beta' };
    updates.settingsChanged(before);
    expect(updates.view).toMatchObject({ state: { name: 'idle' }, checkedAt: null });
    await clock.advance(0);
    expect(looks).toEqual(['stable', 'beta']);
  });

  it('is a run of its own for each who asks after one was given up, whatever that one still says [S-UPD-4]', async () => {
    const answers: { resolve: (told: ReleaseMetadata) => void; signal: AbortSignal }[] = [];
    const { updates, engine } = scene({
      feed: {
        system: 'linux-x64',
        read: (_channel, signal) => new Promise((resolve) => void answers.push({ resolve, signal })),
      },
    });
    const first = updates.check();
    expect(updates.cancel().state.name).toBe('idle');
    expect(answers[0]?.signal.aborted).toBe(true);
    const second = updates.check();
    expect(answers).toHaveLength(2);
    answers[0]?.resolve(release('9.9.9'));
    await first;
    expect(updates.view.state.name).toBe('checking');
    answers[1]?.resolve(release('1.1.0'));
    expect((await second).state).toMatchObject({ name: 'available', release: { version: '1.1.0' } });
    expect(updates.download().state.name).toBe('downloading');
    expect([engine.downloads, engine.signal?.aborted]).toEqual([1, false]);
  });

  it('in another channel does not share a look that asks the former one', async () => {
    const asked: { channel: string; resolve: (told: ReleaseMetadata) => void }[] = [];
    const { updates, shared, clock } = scene({
      feed: {
        system: 'linux-x64',
        read: (channel) => new Promise((resolve) => void asked.push({ channel, resolve })),
      },
    });
    const first = updates.check();
    const before = shared.settings;
    shared.settings = { check: true, channel: 'beta' };
    updates.settingsChanged(before);
    await clock.advance(0);
    expect(asked.map(({ channel }) => channel)).toEqual(['stable', 'beta']);
    asked[0]?.resolve(release('9.9.9'));
    await first;
    expect(updates.view.state.name).toBe('checking');
  });

  it('says in a build without a key or a server that it cannot', async () => {
    const { updates, clock } = scene({ feed: undefined });
    expect(updates.view.available).toBe(false);
    expect((await updates.check()).state).toMatchObject({ name: 'failed', problem: 'update.not-set-up' });
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer and tells nobody after the end', async () => {
    const { updates, clock, views } = scene();
    updates.close();
    await updates.check();
    expect([clock.pending, views]).toEqual([0, []]);
  });
});

describe('a newer version', () => {
  it('is downloaded when the person says so, with progress at a pace that a window can follow', async () => {
    const { updates, engine, views, clock } = scene();
    await updates.check();
    expect(updates.download().state).toMatchObject({ name: 'downloading', received: 0, total: 1000 });
    for (let received = 1; received <= 500; received += 1) {
      engine.progress(received, 1000);
      if (received % 100 === 0) await clock.advance(250);
    }
    const told = views.flatMap(({ state }) => (state.name === 'downloading' ? [state.received] : []));
    expect(told.length).toBeLessThan(10);
    engine.finish();
    await settle();
    expect(updates.view.state.name).toBe('ready');
    expect(engine.installs).toBe(0);
  });

  it('is not downloaded twice at once, nor looked for meanwhile', async () => {
    const { updates, engine, looks } = scene();
    await updates.check();
    updates.download();
    updates.download();
    await updates.check();
    expect([engine.downloads, looks.length]).toEqual([1, 1]);
  });

  it('is available again after its download was cancelled, and late news of it changes nothing', async () => {
    const { updates, engine } = scene();
    await updates.check();
    updates.download();
    expect(updates.cancel().state.name).toBe('available');
    expect(engine.signal?.aborted).toBe(true);
    engine.finish();
    await settle();
    expect(updates.view.state.name).toBe('available');
  });

  it('can be tried again after a download that failed', async () => {
    const { updates, engine } = scene();
    await updates.check();
    updates.download();
    engine.fail(new UpdateError('update.checksum', 'another file'));
    await settle();
    expect(updates.view.state).toMatchObject({ name: 'failed', during: 'download', problem: 'update.checksum' });
    expect(updates.download().state.name).toBe('downloading');
  });

  it('is installed after everything has ended, and the application starts as it was when that fails', async () => {
    const { updates, engine, steps } = scene();
    await updates.check();
    updates.download();
    engine.finish();
    await settle();
    expect(updates.install().state.name).toBe('ready');
    await settle();
    expect([steps, engine.installs]).toEqual([['finished'], 1]);
    engine.fail(new UpdateError('update.install', 'no', { details: { reason: 'no' } }));
    await settle();
    expect([steps, updates.view.state.name]).toEqual([['finished', 'started again'], 'failed']);
  });

  it('is neither downloaded nor installed before there is one, nor where the package manager does it', async () => {
    const { updates } = scene();
    expect(() => updates.download()).toThrow(UpdateError);
    expect(() => updates.install()).toThrow(UpdateError);
    const deb = scene({ method: 'deb', engine: undefined });
    expect((await deb.updates.check()).state).toMatchObject({ name: 'available', release: { size: null } });
    expect(() => deb.updates.download()).toThrow(UpdateError);
  });
});
