import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import type { PageCheckView } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { PAGE_PATHS, PAGE_ROUTES } from '#shared/relay-page/index.ts';
import { codeOf, TestDevice } from '#test/support/hostile/device.ts';
import { startChangingProxy, type Passing } from '#test/support/relay-page/changing-proxy.ts';
import { signPageWith, writeFixturePage, type FixturePage } from '#test/support/relay-page/fixture-page.ts';
import { startTestRelay } from '#test/support/relay-project.ts';
import { createReleaseKey } from '#test/support/releases.ts';

/** Version of a test device's agent. */
const VERSION = '0.0.0';
const key = createReleaseKey();
const stops: (() => unknown)[] = [];
let page: FixturePage;
let relay: RunningRelay;
let proxy: Awaited<ReturnType<typeof startChangingProxy>>;
let device: TestDevice;

/** A clock whose daily checks come at once, and how many there were. */
function hastyClock(): Readonly<{ clock: Clock; turns: () => number }> {
  let turns = 0;
  const setTimer: Clock['setTimer'] = (delay, run) => {
    if (delay < 600_000 || delay > 1_200_000) return systemClock.setTimer(delay, run);
    return systemClock.setTimer(20, () => {
      turns += 1;
      run();
    });
  };
  const clock = { now: () => systemClock.now(), monotonic: () => systemClock.monotonic(), setTimer };
  return { clock, turns: () => turns };
}

async function newDevice(
  options: Readonly<{ keys?: readonly string[]; folder?: string; clock?: Clock }> = {},
): Promise<TestDevice> {
  const created = await TestDevice.create({
    name: 'checker',
    dialer: createRelayDialer({ clock: systemClock }),
    relayPage: { folder: options.folder ?? page.folder, keys: options.keys ?? [key.public] },
    clock: options.clock ?? systemClock,
  });
  stops.push(() => created.close());
  created.agent.start();
  return created;
}

/** Checks the page as the proxy changes it. */
async function check(edit: (passing: Passing) => void = () => undefined, by = device): Promise<PageCheckView> {
  proxy.change(edit);
  return await by.api.call('relayPage.check', { url: `http://127.0.0.1:${proxy.port}/dashboard` });
}

function flip(path: string): (passing: Passing) => void {
  return (passing) => {
    const place = passing.body.length >> 1;
    if (passing.path === path) passing.body[place] = (passing.body[place] ?? 0) ^ 1;
  };
}

beforeAll(async () => {
  page = await writeFixturePage({ key, version: VERSION });
  const started = await startTestRelay({
    page: { folder: page.folder, keys: [key.public], version: VERSION },
    admission: 'open',
  });
  ({ relay } = started);
  proxy = await startChangingProxy(relay.port);
  stops.push(page.remove, started.stop, () => proxy.stop());
  device = await newDevice();
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

describe('a device that compares the page of a relay', () => {
  it('finds the page of its own build', async () => {
    expect(await check()).toMatchObject({
      outcome: 'same',
      version: VERSION,
      hash: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      findings: [],
    });
  });

  it.each<readonly [string, string]>([
    ['/', '/'],
    ...PAGE_ROUTES.slice(1).map((route) => {
      const path = route.replaceAll(/:[A-Za-z]+/g, 'x1');
      return [path, path] as const;
    }),
    ['/assets/main-a1a1a1a1.js', '/assets/main-a1a1a1a1.js'],
    ['/assets/worker-c3c3c3c3.js', '/assets/worker-c3c3c3c3.js'],
    ['/service-worker.js', '/service-worker.js'],
  ])('finds one changed byte of %s [S-PAGE-8]', async (path, found) => {
    expect(await check(flip(path))).toMatchObject({
      outcome: 'differs',
      findings: [{ path: found, problem: 'changed' }],
    });
  });

  it.each(['gzip', 'br'])(
    'finds a file that is changed only where it comes as %s, as browsers get it [S-PAGE-8]',
    async (encoding) => {
      const path = '/assets/main-a1a1a1a1.js';
      const another = Buffer.from('another script');
      const lie = (passing: Passing): void => {
        if (passing.path !== path || passing.accepts !== encoding) return;
        passing.headers['content-encoding'] = encoding;
        passing.body = encoding === 'gzip' ? gzipSync(another) : brotliCompressSync(another);
      };
      expect(await check(lie)).toMatchObject({ outcome: 'differs', findings: [{ path, problem: 'changed' }] });
      // What says that it is compressed and isn't, or is by something else, is no file of the page either.
      const pretend = (name: string) => (passing: Passing) => {
        if (passing.path === path && passing.accepts === encoding) passing.headers['content-encoding'] = name;
      };
      for (const name of [encoding === 'gzip' ? 'br' : 'gzip', 'zstd'])
        expect(await check(pretend(name))).toMatchObject({ findings: [{ path, problem: 'changed' }] });
      expect(await check()).toMatchObject({ outcome: 'same' });
    },
  );

  it('finds a changed manifest, signature or policy, and files that are left out [S-PAGE-8]', async () => {
    const manifest = { path: PAGE_PATHS.manifest };
    expect(await check(flip(PAGE_PATHS.manifest))).toMatchObject({
      outcome: 'differs',
      version: null,
      findings: [{ ...manifest, problem: 'signature' }],
    });
    expect(await check(flip(PAGE_PATHS.signature))).toMatchObject({
      findings: [{ ...manifest, problem: 'signature' }],
    });
    const hide = (path: string) => (passing: Passing) => {
      if (passing.path === path) passing.status = 404;
    };
    expect(await check(hide(PAGE_PATHS.signature))).toMatchObject({
      findings: [{ ...manifest, problem: 'signature' }],
    });
    expect(await check(hide(PAGE_PATHS.manifest))).toMatchObject({ findings: [{ ...manifest, problem: 'missing' }] });
    expect(await check(hide('/assets/lazy-b2b2b2b2.js'))).toMatchObject({
      findings: [{ path: '/assets/lazy-b2b2b2b2.js', problem: 'missing' }],
    });
    const weaken = (passing: Passing): void => {
      if (passing.path !== '/') return;
      const policy = String(passing.headers['content-security-policy']);
      passing.headers['content-security-policy'] = policy.replace(
        "script-src 'self'",
        "script-src 'self' 'unsafe-inline'",
      );
    };
    expect(await check(weaken)).toMatchObject({ outcome: 'differs', findings: [{ path: '/', problem: 'headers' }] });
    const leadAway = (passing: Passing): void => {
      if (passing.path === '/j') passing.headers['refresh'] = '0;url=/elsewhere';
    };
    expect(await check(leadAway)).toMatchObject({ outcome: 'differs', findings: [{ path: '/j', problem: 'headers' }] });
    const hideByFailing = (passing: Passing): void => {
      if (passing.path === '/j') passing.body = Buffer.from('another page');
      if (passing.path === '/assets/main-a1a1a1a1.js') passing.status = 0;
    };
    expect(await check(hideByFailing)).toMatchObject({
      outcome: 'differs',
      findings: [{ path: '/j', problem: 'changed' }],
    });
    const drop = (passing: Passing): void => {
      delete passing.headers['content-security-policy'];
    };
    expect((await check(drop)).findings.length).toBeGreaterThan(5);
  });

  it('finds a page of its own version that was signed for another build, and takes one of another version [S-PAGE-8]', async () => {
    const other = await writeFixturePage({ key, version: VERSION });
    stops.push(other.remove);
    const bytes = Buffer.from(
      Buffer.from(page.files.get(PAGE_PATHS.manifest) ?? '')
        .toString()
        .replace('\n}', '\n }'),
    );
    const swap = (text: Buffer) => (passing: Passing) => {
      if (passing.path === PAGE_PATHS.manifest) passing.body = text;
      if (passing.path === PAGE_PATHS.signature) passing.body = Buffer.from(signPageWith(text, key));
    };
    expect(await check(swap(bytes))).toMatchObject({
      outcome: 'differs',
      version: VERSION,
      findings: [{ path: PAGE_PATHS.manifest, problem: 'manifest' }],
    });
    const later = Buffer.from(bytes.toString().replace(`"${VERSION}"`, '"9.9.9"'));
    expect(await check(swap(later))).toMatchObject({ outcome: 'signed', version: '9.9.9', findings: [] });
    const nonsense = Buffer.from('{"format": 1, "files": [{"path": "/../x"}]}');
    expect(await check(swap(nonsense))).toMatchObject({
      outcome: 'differs',
      findings: [{ path: PAGE_PATHS.manifest, problem: 'manifest' }],
    });
  });

  it('knows no page without a key of releases: it is complete, and nothing vouches for it [S-PAGE-2]', async () => {
    const developers = await newDevice({ keys: [], folder: '/none' });
    expect(await check(undefined, developers)).toMatchObject({ outcome: 'unsigned', findings: [] });
    const other = await newDevice({ keys: [createReleaseKey().public] });
    expect(await check(undefined, other)).toMatchObject({
      outcome: 'differs',
      findings: [{ path: PAGE_PATHS.manifest, problem: 'signature' }],
    });
  });

  it('asks again where the relay has too many requests, which is no difference', async () => {
    let refusals = 0;
    const busy = (passing: Passing): void => {
      if (passing.path !== '/j' || refusals === 1) return;
      refusals += 1;
      passing.status = 429;
    };
    expect(await check(busy)).toMatchObject({ outcome: 'same', findings: [] });
    expect(refusals).toBe(1);
  });

  it('reads no more than the limits, whatever is sent [S-PAGE-8]', async () => {
    const flood = (passing: Passing): void => {
      if (passing.path === PAGE_PATHS.manifest) passing.body = Buffer.alloc(300 * 1024, 0x20);
    };
    proxy.change(flood);
    expect(await check(flood)).toMatchObject({ outcome: 'differs', findings: [{ problem: 'manifest' }] });
    const all = (passing: Passing): void => {
      if (passing.path.startsWith('/.well-known/')) return;
      passing.body = Buffer.from('x');
    };
    expect((await check(all)).findings.length).toBeLessThanOrEqual(20);
  });

  it('says that a relay without a page has none', async () => {
    const { relay: bare, stop } = await startTestRelay({});
    stops.push(stop);
    const url = `ws://127.0.0.1:${bare.port}`;
    expect(await device.api.call('relayPage.check', { url })).toMatchObject({ url, outcome: 'none', findings: [] });
    expect(await codeOf(device.api.call('relayPage.check', {}))).toBe('relay.not-configured');
  });

  it('checks its own relay once a day, shows what differs until it is right again, and can be told not to [S-PAGE-8]', async () => {
    // Keys of the device, whose first one is wrong for a while.
    const keys = [createReleaseKey().public];
    const own = await newDevice({ clock: hastyClock().clock, keys });
    await own.configure(relay.url, undefined);
    await expect
      .poll(async () => (await own.api.call('status.get', {})).problems)
      .toEqual([{ code: 'relay.page-differs', details: { url: relay.url } }]);
    expect(await own.audit('relay.page-differs')).toHaveLength(1);
    expect((await own.api.call('diagnostics.get', {})).text).toContain('relay.page-differs');
    keys[0] = key.public;
    expect((await own.api.call('relayPage.check', {})).outcome).toBe('same');
    expect((await own.api.call('status.get', {})).problems).toBeUndefined();

    const { clock, turns } = hastyClock();
    const quiet = await newDevice({ clock });
    expect(await quiet.api.call('relayPage.set', { daily: false })).toEqual({ daily: false, last: null });
    await quiet.configure(relay.url, undefined);
    await quiet.api.call('relay.ready', { timeout: 10_000 });
    const before = turns();
    await expect.poll(turns).toBeGreaterThan(before + 3);
    expect((await quiet.api.call('relayPage.get', {})).last).toBeNull();
    expect(await quiet.api.call('relayPage.set', { daily: true })).toMatchObject({ daily: true });
    await expect.poll(async () => (await quiet.api.call('relayPage.get', {})).last?.outcome).toBe('same');
  });
});
