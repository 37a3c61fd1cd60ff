import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import { axeFindings } from '#test/support/window/accessibility.ts';

const HINT = 'Use Chrome or Edge 137, Firefox 132, Safari 18.1, or a newer version.';
const LINK = `/j#${'A'.repeat(22)}`;

describe.skipIf(findChromium() === undefined)('the page of a relay in a browser that lacks what it needs', () => {
  let browser: ChromiumShare;
  let relay: DashboardRelay;

  beforeAll(async () => {
    relay = await DashboardRelay.start();
    browser = await shareChromium();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await relay.platform.stop();
  });

  it.each([
    ['Web Crypto', `Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })`],
    ['Web Locks', `delete Navigator.prototype.locks`],
    ['IndexedDB', `Object.defineProperty(globalThis, 'indexedDB', { value: undefined })`],
    [
      'IndexedDB',
      `Object.defineProperty(globalThis, 'indexedDB', { get() { throw new DOMException('', 'SecurityError') } })`,
    ],
    ['BroadcastChannel', `delete globalThis.BroadcastChannel`],
    ['Web Workers', `delete globalThis.Worker`],
    ['WebSocket', `delete globalThis.WebSocket`],
    ['AbortSignal.any', `delete AbortSignal.any`],
    ['Promise.withResolvers', `delete Promise.withResolvers`],
  ])('names %s, and browsers that have it, also to a guest', async (name, script) => {
    const { page, context, complaints } = await relay.open(browser, '/', { width: 360, height: 720 });
    await context.addInitScript(script);
    for (const path of ['/', LINK]) {
      await page.goto(`${relay.origin}${path}`);
      await page.getByRole('heading', { name: "This browser can't run ClawReach." }).waitFor();
      expect(await page.getByText(HINT).count()).toBe(1);
      expect(await page.getByText(`It lacks: ${name}`, { exact: true }).count()).toBe(1);
    }
    expect([...(await axeFindings(page)), ...complaints]).toEqual([]);
    await context.close();
  });

  it('speaks the language of the browser', async () => {
    const context = await browser.newContext({ locale: 'de' });
    await context.addInitScript(`delete Navigator.prototype.locks`);
    const page = await context.newPage();
    await page.goto(relay.origin);
    await page.getByText('Ihm fehlt: Web Locks').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await context.close();
  });

  it('says that it needs https where it came without', async () => {
    const context = await browser.newContext();
    // As browsers treat a page by http: this relay has only names of this machine, which they trust.
    await context.addInitScript(`
      Object.defineProperty(globalThis, 'isSecureContext', { value: false });
      Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });
      delete Navigator.prototype.locks;
    `);
    const page = await context.newPage();
    await page.goto(relay.origin);
    await page.getByText('Open the page by its https address, or at localhost').waitFor();
    expect(await page.getByText('It lacks: Web Crypto, Web Locks', { exact: true }).count()).toBe(1);
    await context.close();
  });

  it('signs in without the algorithms of keys, and a guest is told which browser has them', async () => {
    const { page, context } = await relay.open(browser);
    await context.addInitScript(`{
      const { generateKey } = SubtleCrypto.prototype;
      SubtleCrypto.prototype.generateKey = function (algorithm, ...rest) {
        return algorithm === 'Ed25519'
          ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))
          : generateKey.call(this, algorithm, ...rest);
      };
    }`);
    await page.goto(relay.origin);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${relay.origin}${LINK}`);
    await page.getByText("This browser can't show a shared terminal.").waitFor();
    expect(await page.getByText(/Use Chrome or Edge 137, Firefox 132, Safari 18\.1/).count()).toBe(1);
    await context.close();
  });

  it.each([
    ['is off', { javaScriptEnabled: false }],
    ['is too new for it', {}],
  ])('says after ten seconds which browser to use, in all languages, where its script %s', async (_, options) => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.route('**/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '@' }));
    await page.goto(relay.origin, { waitUntil: 'commit' });
    const words = page.getByText('JavaScript is off or the browser is too old');
    await words.waitFor({ state: 'attached' });
    expect(await words.isVisible()).toBe(false);
    await words.waitFor({ state: 'visible', timeout: 30_000 });
    expect(await page.locator('.stalled > p:visible').count()).toBe(3);
    await context.close();
  });
});
