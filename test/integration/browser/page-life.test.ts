import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { countedTo, countTo } from '#test/support/browser/counting.ts';
import { PageScene } from '#test/support/browser/page-scene.ts';
import { ask, call, pageScript } from '#test/support/browser/page-scripts.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { seenSecrets } from '#test/support/hostile/seen-secrets.ts';
import { WireTap } from '#test/support/hostile/wire-tap.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

describe.skipIf(findChromium() === undefined)('a page that is a machine', () => {
  let browser: ChromiumShare;
  let scene: PageScene;
  let script: string;

  beforeAll(async () => {
    [scene, script] = await Promise.all([PageScene.start(), pageScript()]);
    browser = await shareChromium(['--allow-loopback-in-peer-connection']);
  }, 60_000);
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await browser.close();
    await scene.close();
  });

  async function load(context: BrowserContext, url = scene.relay.url): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url.replace(/^ws/, 'http') + RELAY_PATHS.health);
    await page.addScriptTag({ content: script });
    return page;
  }

  /** A paired page of a new browser profile, with a terminal at office. */
  async function opened(
    url = scene.relay.url,
  ): Promise<Readonly<{ context: BrowserContext; page: Page; peerId: string }>> {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await load(context, url);
    const peerId = await ask<string>(page, 'create', scene.admission(url));
    await scene.online(page);
    await scene.pair(page);
    await ask(page, 'open', { peer: scene.office.peerId });
    await ask(page, 'type', 'PS1=; stty -echo; echo $((6*7))-ready\n');
    await printed(page).toContain('42-ready');
    return { context, page, peerId };
  }

  const printed = (page: Page) => expect.poll(() => ask<string>(page, 'output'), { timeout: 30_000 });
  const path = async (page: Page): Promise<string> => {
    const [peer] = await call(page, 'peers.list', { measure: true });
    return peer?.path ?? 'none';
  };

  it('keeps every byte of a terminal over a restart of the relay', async () => {
    const { context, page } = await opened();
    await call(page, 'peers.setPathMode', { peer: scene.office.peerId, mode: 'relay-only' });
    await ask(page, 'type', countTo(150));
    await printed(page).toContain('line-20\r');
    await scene.restartRelay();
    await printed(page).toContain('end-42');
    expect(await ask<string>(page, 'output')).toContain(countedTo(150));
    await context.close();
  }, 120_000);

  it('keeps every byte while its network is away', async () => {
    const { context, page } = await opened();
    await call(page, 'peers.setPathMode', { peer: scene.office.peerId, mode: 'relay-only' });
    await ask(page, 'type', countTo(150));
    await printed(page).toContain('line-20\r');
    await context.setOffline(true);
    // The browser cuts no WebSocket that is open; the machine's side breaks as it would.
    await scene.restartRelay();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await context.setOffline(false);
    await printed(page).toContain('end-42');
    expect(await ask<string>(page, 'output')).toContain(countedTo(150));
    await context.close();
  }, 120_000);

  it('goes on after its tab was frozen for longer than a path may be silent', async () => {
    const { context, page } = await opened();
    const session = await context.newCDPSession(page);
    await ask(page, 'type', countTo(300));
    await printed(page).toContain('line-20\r');
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await printed(page).toContain('end-42');
    expect(await ask<string>(page, 'output')).toContain(countedTo(300));
    await context.close();
  }, 120_000);

  it('loses its terminal at once when it is removed while someone types [S-BROWSER-4]', async () => {
    const { context, page, peerId } = await opened();
    await ask(page, 'type', 'cat\n');
    await ask(page, 'type', 'before\n');
    await printed(page).toContain('before');
    await scene.office.api.call('peers.forget', { peer: peerId });
    await ask(page, 'type', 'after\n').catch(() => undefined);
    await expect(ask(page, 'open', { peer: scene.office.peerId })).rejects.toThrow(/removed/);
    expect(await ask<string>(page, 'output')).not.toContain('after');
    await context.close();
  }, 60_000);

  it('loses its terminal when its permission expires while someone types [S-BROWSER-4]', async () => {
    const { context, page, peerId } = await opened();
    await ask(page, 'type', 'cat\n');
    await ask(page, 'type', 'before\n');
    await printed(page).toContain('before');
    await scene.office.api.call('rights.set', {
      peer: peerId,
      right: 'terminal',
      decision: 'allow',
      expiresAt: Date.now() + 1500,
    });
    // What was typed before is shown, and nothing any more after that.
    let shown = '';
    await expect
      .poll(
        async () => {
          await ask(page, 'type', 'during\n').catch(() => undefined);
          const before = shown;
          shown = await ask<string>(page, 'output');
          return shown.length > before.length;
        },
        { timeout: 20_000, interval: 500 },
      )
      .toBe(false);
    const asked = ask(page, 'open', { peer: scene.office.peerId }).then(
      () => 'opened',
      (error: unknown) => String(error),
    );
    await ask(page, 'type', 'after\n').catch(() => undefined);
    // An expired permission asks again, and here no one answers.
    expect(await Promise.race([asked, new Promise((resolve) => setTimeout(() => resolve('asked'), 2000))])).not.toBe(
      'opened',
    );
    expect(await ask<string>(page, 'output')).not.toContain('after');
    await context.close();
  }, 60_000);

  it('is reached directly over UDP with nothing of the terminal at the relay', async () => {
    const { context, page } = await opened();
    // Where the first dial comes too late on a busy machine, the next one is a minute later.
    await expect.poll(() => path(page), { timeout: 150_000 }).toBe('direct');
    const carried = async (): Promise<number> => {
      const text = await (await fetch(`${scene.relay.url.replace(/^ws/, 'http')}/metrics`)).text();
      return Number(/link_bytes_total (\d+)/.exec(text)?.[1]);
    };
    // What was on its way over the relay has arrived.
    await ask(page, 'type', 'echo $((6*7))-moved\n');
    await printed(page).toContain('42-moved');
    const before = await carried();
    await ask(page, 'type', 'head -c 3000000 /dev/zero | tr "\\0" y; echo; echo $((6*7))-direct\n');
    await printed(page).toContain('42-direct');
    // Pings of the second path are a few hundred bytes.
    expect((await carried()) - before).toBeLessThan(20_000);
    await context.close();
  }, 240_000);

  it('shows a relay that records everything, and its disk, no eight bytes of a terminal [S-LINK-6]', async () => {
    const tap = await WireTap.open(scene.relay);
    const { context, page } = await opened(tap.url);
    await call(page, 'peers.setPathMode', { peer: scene.office.peerId, mode: 'relay-only' });
    expect(await seenSecrets({ page, tap, folder: scene.folder })).toEqual([]);
    await context.close();
    await tap.close();
  }, 60_000);

  it('opens nothing for a page of another origin, or with a ticket that someone else has used [S-RELAY-12]', async () => {
    const other = await startTestRelay();
    const context = await browser.newContext({ bypassCSP: true });
    const stranger = await load(context, other.relay.url);
    await ask(stranger, 'create', scene.admission());
    await expect.poll(async () => (await call(stranger, 'status.get', {})).relay.problem).toBe('relay.relay-mismatch');
    await context.close();
    await other.stop();
    const admission = scene.admission();
    const first = await browser.newContext({ bypassCSP: true });
    const one = await load(first);
    await ask(one, 'create', admission);
    await scene.online(one);
    const second = await browser.newContext({ bypassCSP: true });
    const two = await load(second);
    await ask(two, 'create', admission);
    await expect.poll(async () => (await call(two, 'status.get', {})).relay.problem).not.toBeNull();
    const { relay } = await call(two, 'status.get', {});
    expect(relay.state).not.toBe('online');
    await first.close();
    await second.close();
  }, 60_000);

  it('lets a member that no one has compared open nothing', async () => {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await load(context);
    await ask(page, 'create', scene.admission());
    await scene.online(page);
    await expect(ask(page, 'open', { peer: scene.office.peerId })).rejects.toThrow(/not paired|unknown|no peer/i);
    await expect(call(page, 'peers.ping', { peer: scene.office.peerId, timeout: 2000 })).rejects.toMatchObject({
      code: 'peer.unknown',
    });
    await context.close();
  }, 60_000);
});
