import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { PAGE_PATHS, readPageManifest } from '#shared/relay-page/index.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { writeBuiltPage, type BuiltPage } from '#test/support/relay-page/built-page.ts';
import { PageFront } from '#test/support/relay-page/page-front.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

const AWAY = "The relay can't be reached";
const UPDATE = /^A new version is ready/;

describe.skipIf(findChromium() === undefined)('the installed page', () => {
  let browser: ChromiumShare;
  /** The built page, and another version of it, each at a relay of its own. */
  let built: BuiltPage;
  let next: BuiltPage;
  let ports: Readonly<{ built: number; next: number }>;
  let front: PageFront;
  let context: BrowserContext;
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    const serve = async (page: BuiltPage): Promise<number> => {
      const { relay, stop } = await startTestRelay({ accounts: {}, page: { folder: page.folder, keys: [] } });
      stops.push(page.remove, stop);
      return relay.port;
    };
    built = await writeBuiltPage('this');
    next = await writeBuiltPage('next');
    ports = { built: await serve(built), next: await serve(next) };
    browser = await shareChromium();
    stops.push(() => browser.close());
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });
  beforeEach(async () => {
    front = new PageFront();
    await front.start();
    front.relay = ports.built;
    context = await browser.newContext({ locale: 'en' });
    onTestFinished(async () => {
      await context.close();
      await front.stop();
    });
  });

  async function open(path = '/auth'): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${front.origin}${path}`);
    await page.getByRole('main').getByRole('heading').first().waitFor();
    return page;
  }
  /** Paths in all caches of the origin, by cache. */
  const stored = (page: Page): Promise<Readonly<Record<string, readonly string[]>>> =>
    page.evaluate(`(async () => {
      const found = {};
      for (const name of await caches.keys())
        found[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
      return found;
    })()`);
  const isKept = (page: Page): Promise<void> =>
    expect.poll(() => page.evaluate(`navigator.serviceWorker.controller !== null`)).toBe(true);
  const look = (page: Page): Promise<void> => page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);

  it('has everything that a browser asks for before it installs a page', async () => {
    const page = await open();
    await isKept(page);
    const session = await context.newCDPSession(page);
    const { errors, manifest } = await session.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect(manifest).toMatchObject({
      name: 'ClawReach',
      startUrl: `${front.origin}/dashboard`,
      display: 'kStandalone',
    });
    // Every browser of a test is a private one, which installs nothing.
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
    // Icons have the sizes that the manifest names.
    const sizes = await page.evaluate<readonly string[]>(`(async () => {
      const { icons } = await (await fetch('/manifest.webmanifest')).json();
      return Promise.all(icons.map(async ({ src, sizes }) => {
        const { width, height } = await createImageBitmap(await (await fetch(src)).blob());
        return sizes === width + 'x' + height ? 'fits' : src;
      }));
    })()`);
    expect(sizes).toEqual(['fits', 'fits', 'fits', 'fits']);
  });

  it('opens without a network, says what works, and goes on by itself', async () => {
    await isKept(await open());
    front.relay = undefined;
    const page = await open('/dashboard');
    await page.getByText(AWAY).waitFor();
    await page.getByRole('link', { name: 'Help' }).first().click();
    await page
      .getByRole('heading', { name: 'What is promised' })
      .or(page.getByRole('heading', { level: 1 }))
      .first()
      .waitFor();
    expect(await page.getByText(AWAY).count()).toBe(0);
    await page.goBack();
    await page.getByText(AWAY).waitFor();
    front.relay = ports.built;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('stores the files of the manifest, and no answer of the API [S-PAGE-9]', async () => {
    const page = await open();
    await isKept(page);
    await page.evaluate(`fetch('/api/v1/account')`);
    await page.reload();
    const [files = []] = Object.values(await stored(page));
    const manifest = readPageManifest(
      Buffer.from(await page.evaluate<string>(`fetch('${PAGE_PATHS.manifest}').then((answer) => answer.text())`)),
    );
    const named = new Set([...manifest.files.map(({ path }) => path), PAGE_PATHS.manifest]);
    expect(files.filter((path) => !named.has(path))).toEqual([]);
    expect(files).toContain('/index.html');
    const scripts = manifest.files.filter(({ path }) => /^\/assets\/.*\.(?:js|css)$/.test(path));
    expect(scripts.filter(({ path }) => !files.includes(path))).toEqual([]);
    // Stored, and still asked for when there is a network.
    expect(files).toContain(PAGE_PATHS.manifest);
    front.asked.length = 0;
    await page.reload();
    await page.evaluate(`fetch('${PAGE_PATHS.manifest}')`);
    expect(front.asked).toContain('/auth');
    expect(front.asked).toContain(PAGE_PATHS.manifest);
  });

  it('stores nothing of a page with a changed file [S-PAGE-9]', async () => {
    const { files } = readPageManifest(
      Buffer.from(await (await fetch(`${front.origin}${PAGE_PATHS.manifest}`)).text()),
    );
    const lazy = files.find(({ path }) => /^\/assets\/docs-.*\.js$/.test(path))?.path ?? '';
    front.changed.set(lazy, 'document.title = "changed"');
    const page = await open();
    await expect
      .poll(() => page.evaluate(`navigator.serviceWorker.getRegistration().then((found) => found?.installing ?? null)`))
      .toBeNull();
    await expect.poll(() => front.asked.includes(lazy)).toBe(true);
    await expect.poll(() => stored(page)).toEqual({});
    expect(await page.evaluate(`navigator.serviceWorker.controller`)).toBeNull();
    // A page that can't be stored runs as before.
    front.changed.clear();
    await page.reload();
    await isKept(page);
    const [kept = []] = Object.values(await stored(page));
    expect(kept).toContain(lazy);
  });

  it('stores no font with changed bytes that is loaded later [S-PAGE-9]', async () => {
    const page = await open();
    await isKept(page);
    await page.reload();
    const fonts = readPageManifest(
      Buffer.from(await (await fetch(`${front.origin}${PAGE_PATHS.manifest}`)).text()),
    ).files.filter(({ path }) => path.endsWith('.woff2'));
    const [one, two] = fonts.filter(({ path }) => /cyrillic|greek/.test(path)).map(({ path }) => path);
    front.changed.set(one ?? '', 'changed');
    await page.evaluate(
      `Promise.all([fetch('${one}'), fetch('${two}')]).then((all) => Promise.all(all.map((each) => each.arrayBuffer())))`,
    );
    await expect.poll(async () => Object.values(await stored(page)).flat()).toContain(two);
    expect(Object.values(await stored(page)).flat()).not.toContain(one);
  });

  it('offers a new version, goes on with the old one until then, and removes its files after that [S-PAGE-9]', async () => {
    const page = await open();
    await isKept(page);
    await expect.poll(async () => Object.keys(await stored(page))).toEqual([`clawreach-page ${built.id}`]);
    front.relay = ports.next;
    await look(page);
    await page.getByText(UPDATE).waitFor();
    expect(await page.title()).not.toContain('next');
    // A chunk of the old version, which the relay has no longer.
    front.asked.length = 0;
    await page.getByRole('link', { name: 'Help' }).first().click();
    await expect.poll(() => page.url()).toContain('/docs');
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(front.asked.filter((path) => path.includes('/docs-'))).toEqual([]);
    expect(Object.keys(await stored(page))).toHaveLength(2);

    await page.getByRole('button', { name: 'Reload' }).click();
    await expect
      .poll(() => page.evaluate(`document.querySelector('meta[name="clawreach-page"]').content`))
      .toBe(next.id);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.getByText(UPDATE).count()).toBe(0);
    await expect.poll(async () => Object.keys(await stored(page))).toHaveLength(1);
    // The new version opens without a network, too.
    front.relay = undefined;
    const again = await open('/docs');
    expect(await again.evaluate(`document.querySelector('meta[name="clawreach-page"]').content`)).not.toBe(built.id);
  });

  it('stores nothing where the relay has another version than the service worker [S-PAGE-9]', async () => {
    const script = await (await fetch(`${front.origin}/service-worker.js`)).text();
    front.relay = ports.next;
    front.changed.set('/service-worker.js', script);
    const page = await open();
    await expect.poll(() => front.asked.includes(PAGE_PATHS.manifest)).toBe(true);
    await expect
      .poll(() =>
        page.evaluate(
          `navigator.serviceWorker.getRegistration().then((found) => found === undefined || (found.installing ?? found.active) === null)`,
        ),
      )
      .toBe(true);
    expect(await stored(page)).toEqual({});
  });
});
