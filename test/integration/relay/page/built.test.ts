import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import { PAGE_ROUTES } from '#shared/relay-page/index.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

describe.skipIf(findChromium() === undefined)('the page of this build, at a relay with accounts', () => {
  let browser: ChromiumShare;
  let relay: RunningRelay;
  let url: string;
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    const started = await startTestRelay({ page: {}, accounts: {} });
    relay = started.relay;
    url = relay.url.replace(/^ws/, 'http');
    browser = await shareChromium();
    stops.push(started.stop, () => browser.close());
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  it('is the one that the build has made, for the version of the relay', () => {
    expect(relay.page).toMatchObject({ kind: 'served', page: { signature: 'development' } });
  });

  it('runs at every route under its own policy, without a violation [S-PAGE-7]', async () => {
    const context = await browser.newContext();
    await context.addInitScript(`addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
      console.error('violation', effectiveDirective, blockedURI, sample);
    })`);
    for (const route of PAGE_ROUTES) {
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('console', (message) => {
        // A page that asks who is signed in gets 401.
        if (['error', 'warning'].includes(message.type()) && !message.text().includes('401'))
          problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(`${url}${route.replaceAll(/:[A-Za-z]+/g, '00000000-0000-4000-8000-000000000000')}`);
      await expect.poll(() => page.locator('#root').evaluate((root) => root.childElementCount)).toBeGreaterThan(0);
      await page.waitForLoadState('networkidle');
      expect([route, problems]).toEqual([route, []]);
      await page.close();
    }
    await context.close();
    // Each route is a page of its own, which loads all of it.
  }, 180_000);

  it('has texts for programs: llms.txt with links that work, and all documents in one', async () => {
    const text = await (await fetch(`${url}/llms.txt`)).text();
    expect(text).toMatch(/^# ClawReach\n\n> .+\n\n## /);
    const links = [...text.matchAll(/^- \[[^\]]+\]\((\/docs\/[A-Z-]+\.md)\): .+$/gm)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(8);
    for (const path of links) {
      const answer = await fetch(`${url}${path}`);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        200,
        'text/markdown; charset=utf-8',
      ]);
      expect(await answer.text()).toMatch(/^# /m);
    }
    const full = await (await fetch(`${url}/llms-full.txt`)).text();
    expect(full).toContain('# Running a relay');
    expect(await (await fetch(`${url}/robots.txt`)).text()).toContain('User-agent: *');
  });
});
