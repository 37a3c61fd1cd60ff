import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { writeFixturePage, type FixturePage } from '#test/support/relay-page/fixture-page.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

describe.skipIf(findChromium() === undefined)('the page in Chromium', () => {
  let browser: ChromiumShare;
  let fixture: FixturePage;
  let relay: RunningRelay;
  let url: string;
  /** Another origin, which lets everyone read, and counts who asks. */
  let foreign: Server;
  let foreignUrl: string;
  let asked = 0;
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    fixture = await writeFixturePage();
    const started = await startTestRelay({ page: { folder: fixture.folder, keys: [] } });
    relay = started.relay;
    url = relay.url.replace(/^ws/, 'http');
    foreign = createServer((request, response) => {
      if (request.url !== '/frame' && request.url !== '/favicon.ico') asked += 1;
      response.setHeader('Access-Control-Allow-Origin', '*');
      if (request.url === '/frame') {
        response.setHeader('Content-Type', 'text/html');
        response.end(`<iframe src="${url}/"></iframe>`);
      } else response.end('document.title = "foreign"');
    });
    await new Promise<void>((resolve) => {
      foreign.listen(0, '127.0.0.1', resolve);
    });
    foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
    browser = await shareChromium();
    stops.push(
      fixture.remove,
      started.stop,
      () => foreign.close(),
      () => browser.close(),
    );
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  /** Opens a page, after `change` may have replaced answers of the relay. */
  async function open(path = '/', change: (page: Page) => Promise<unknown> = async () => undefined): Promise<Page> {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await change(page);
    await page.goto(`${url}${path}`);
    return page;
  }

  const isReady = (page: Page): Promise<void> => page.getByText('ready').waitFor();

  /** Replaces the content of one file, as a relay, proxy or cache could. Its headers stay. */
  function replace(path: string, text: string): (page: Page) => Promise<unknown> {
    return (page) =>
      page.route(`**${path}`, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: text });
      });
  }

  it('runs with all its parts: script, style, chunk that is loaded later, worker', async () => {
    const problems: string[] = [];
    const page = await open('/terminal/a/b', async (opened) => {
      opened.on('console', (message) => problems.push(message.text()));
    });
    await isReady(page);
    expect(await page.evaluate(`getComputedStyle(document.querySelector('main')).color`)).toBe('rgb(1, 2, 3)');
    expect(await page.evaluate('page.lazy()')).toBe('lazy');
    expect(await page.evaluate('page.worker()')).toBe('worker');
    expect(problems).toEqual([]);
  });

  it('runs no script or style whose bytes were changed, not even in a later chunk or a worker [S-PAGE-6]', async () => {
    const script = await open('/', replace('/assets/main-a1a1a1a1.js', `document.title = 'changed'`));
    expect(await script.locator('main').textContent()).toBe('');
    expect(await script.title()).toBe('Fixture');

    const chunk = await open(
      '/',
      replace('/assets/lazy-b2b2b2b2.js', `document.title = 'changed';export const word = 'changed';`),
    );
    await isReady(chunk);
    await expect(chunk.evaluate('page.lazy()')).rejects.toThrow(/Failed to fetch dynamically imported module/);
    expect(await chunk.title()).toBe('Fixture');

    const worker = await open('/', replace('/assets/worker-c3c3c3c3.js', `postMessage('changed')`));
    await isReady(worker);
    await expect(worker.evaluate('page.worker()')).rejects.toThrow('is not the script that the page names');

    const style = await open('/', replace('/assets/style-e5e5e5e5.css', 'main { color: rgb(9, 9, 9) }'));
    await isReady(style);
    expect(await style.evaluate(`getComputedStyle(document.querySelector('main')).color`)).toBe('rgb(0, 0, 0)');
  });

  it('runs nothing inline and nothing of another origin [S-PAGE-7]', async () => {
    const html = Buffer.from(fixture.files.get('/index.html') ?? '').toString();
    const page = await open(
      '/',
      replace(
        '/',
        html.replace(
          '</head>',
          `<script>document.title = 'inline'</script><script src="${foreignUrl}/x.js"></script>` +
            `<style>main { color: rgb(9, 9, 9) }</style></head><img src=x onerror="document.title = 'handler'">`,
        ),
      ),
    );
    await isReady(page);
    expect(await page.title()).toBe('Fixture');
    expect(await page.evaluate(`getComputedStyle(document.querySelector('main')).color`)).toBe('rgb(1, 2, 3)');
    expect(asked).toBe(0);
  });

  it('calls no other origin, makes no frame, evaluates no text, and turns no text into HTML [S-PAGE-7]', async () => {
    const page = await open();
    await isReady(page);
    // `evaluate` itself is outside of the policy, so that the attempts run in a function of the page.
    const attempt = async (code: string): Promise<string> => {
      const words = `Promise.resolve().then(async () => { ${code} }).then(() => 'worked', (error) => error.name)`;
      return await page.evaluate<string>(words);
    };
    expect(await attempt(`await fetch('${foreignUrl}/data')`)).toBe('TypeError');
    expect(await attempt(`await fetch('${foreignUrl}/data', { mode: 'no-cors' })`)).toBe('TypeError');
    expect(await attempt(`new EventSource('${foreignUrl}/data'); throw new TypeError()`)).toBe('TypeError');
    expect(
      await attempt(
        `await new Promise((done, fail) => { const s = new WebSocket('${foreignUrl.replace('http', 'ws')}'); s.onopen = done; s.onerror = () => fail(new TypeError()); })`,
      ),
    ).toBe('TypeError');
    expect(await attempt(`document.body.innerHTML = '<b>x</b>'`)).toBe('TypeError');
    expect(await attempt(`document.write('<b>x</b>')`)).toBe('TypeError');
    expect(await attempt(`document.createElement('script').src = '/assets/main-a1a1a1a1.js'`)).toBe('TypeError');
    expect(await attempt(`document.createElement('iframe').srcdoc = 'x'`)).toBe('TypeError');
    expect(await attempt(`new DOMParser().parseFromString('<b>x</b>', 'text/html')`)).toBe('TypeError');
    expect(await attempt(`new Worker('/assets/worker-c3c3c3c3.js')`)).toBe('TypeError');
    expect(await attempt(`trustedTypes.createPolicy('other', { createHTML: (text) => text })`)).toBe('TypeError');
    expect(await attempt(`trustedTypes.createPolicy('default', { createHTML: (text) => text })`)).toBe('TypeError');
    // The page has no way to evaluate: a timer's text and a constructor are called by its own code.
    expect(await attempt(`setTimeout('document.title = "timer"')`)).toBe('TypeError');
    const blocked = await page.evaluate<string>(`new Promise((done) => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => done(effectiveDirective), { once: true });
      const frame = document.createElement('iframe');
      frame.src = '${foreignUrl}/';
      document.body.append(frame);
    })`);
    expect(blocked).toBe('frame-src');
    for (const source of [`${foreignUrl}/pixel`, 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>']) {
      const image = await page.evaluate<string>(`new Promise((done) => {
        addEventListener('securitypolicyviolation', ({ effectiveDirective }) => done(effectiveDirective), { once: true });
        const image = new Image();
        image.src = '${source}';
      })`);
      expect(image).toBe('img-src');
    }
    expect(asked).toBe(0);
  });

  it('evaluates no text even where the page itself tries [S-PAGE-7]', async () => {
    const text = `
      document.querySelector('main').textContent = 'ready';
      for (const [name, run] of Object.entries({
        eval: () => (0, eval)('1'),
        Function: () => new Function('return 1')(),
      })) {
        try { run(); document.title = name + ' ran'; } catch (error) { document.body.append(name, ' ', error.name, ';'); }
      }`;
    // The hash of the script is taken out with the script, so that only the policy is left to refuse.
    const html = Buffer.from(fixture.files.get('/index.html') ?? '')
      .toString()
      .replaceAll(/<script type="importmap">.*?<\/script>/g, '')
      .replaceAll(/ integrity="[^"]*"/g, '');
    const page = await open('/', async (opened) => {
      await opened.route('**/', async (route) => {
        const response = await route.fetch();
        const headers = { ...response.headers() };
        delete headers['integrity-policy'];
        await route.fulfill({ response, headers, body: html });
      });
      await replace('/assets/main-a1a1a1a1.js', text)(opened);
    });
    await isReady(page);
    expect(await page.title()).toBe('Fixture');
    expect(await page.locator('body').textContent()).toMatch(/eval EvalError;Function EvalError;/);
  });

  it('loads no script without a hash where the browser can refuse that [S-PAGE-6]', async () => {
    const html = Buffer.from(fixture.files.get('/index.html') ?? '')
      .toString()
      .replaceAll(/<script type="importmap">.*?<\/script>/g, '')
      .replaceAll(/ integrity="[^"]*"/g, '');
    const page = await open('/', replace('/', html));
    expect(await page.locator('main').textContent()).toBe('');
  });

  it('is shown in no frame of another site [S-PAGE-7]', async () => {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.goto(`${foreignUrl}/frame`);
    await refused;
    const [, frame] = page.frames();
    expect(await frame?.locator('main').count()).toBe(0);
  });

  it('a service worker of the relay is its own file, and of no other origin or type [S-PAGE-7]', async () => {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(url);
    await isReady(page);
    const register = (path: string): Promise<string> =>
      page.evaluate<string>(
        `(async () => {
          try { return (await navigator.serviceWorker.register(trusted(${JSON.stringify(path)}))).scope; } catch (error) { return error.name; }
          function trusted(path) { return trustedTypes.createPolicy('clawreach-worker', { createScriptURL: (text) => text }).createScriptURL(path); }
        })()`,
      );
    expect(await register('/manifest.webmanifest')).toBe('SecurityError');
    await page.reload();
    await isReady(page);
    expect(await register('/service-worker.js')).toBe(`${url}/`);
  });
});
