import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { PageScene } from '#test/support/browser/page-scene.ts';
import { ask, bundleWorker, call, pageScript } from '#test/support/browser/page-scripts.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { codeOf, type TestDevice } from '#test/support/hostile/device.ts';

describe.skipIf(findChromium() === undefined)('the agent of a page', () => {
  let browser: ChromiumShare;
  let scene: PageScene;
  let office: TestDevice;
  let script: string;

  beforeAll(async () => {
    [scene, script] = await Promise.all([PageScene.start(), pageScript()]);
    ({ office } = scene);
    // Chromium would not connect within this machine.
    browser = await shareChromium(['--allow-loopback-in-peer-connection']);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await scene.close();
  });

  async function load(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.goto(scene.relay.url.replace(/^ws/, 'http') + RELAY_PATHS.health);
    await page.addScriptTag({ content: script });
    return page;
  }

  /** A page of a new browser profile as a member of the project. */
  async function admitted(): Promise<Readonly<{ context: BrowserContext; page: Page; peerId: string }>> {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await load(context);
    const peerId = await ask<string>(page, 'create', scene.admission());
    await scene.online(page);
    return { context, page, peerId };
  }

  const printed = (page: Page) => expect.poll(() => ask<string>(page, 'output'), { timeout: 30_000 });

  it('needs nothing of Node', async () => {
    const worker = await bundleWorker();
    for (const code of [script, worker]) expect(code).not.toMatch(/["']node:|\brequire\(/);
    expect(worker).toContain('indexedDB');
  });

  it('pairs by a code, opens a terminal, and takes it up again after a reload, with keys that no script can read', async () => {
    const { context, page, peerId } = await admitted();
    await scene.pair(page);
    const terminal = await ask<string>(page, 'open', { peer: office.peerId });
    await ask(page, 'type', 'echo $((6*7))-first\n');
    await printed(page).toContain('42-first');
    expect(await ask(page, 'stealKeys')).toBe('InvalidAccessError');
    // The tab is closed at once, as by a crash.
    await page.close();
    const second = await load(context);
    expect(await ask(second, 'create', { url: scene.relay.url })).toBe(peerId);
    await scene.online(second);
    const peers = await call(second, 'peers.list', {});
    expect(peers.map(({ name, pairing }) => [name, pairing?.compared])).toEqual([['office', true]]);
    expect(await ask(second, 'open', { peer: office.peerId, terminal })).toBe(terminal);
    await printed(second).toContain('42-first');
    await ask(second, 'type', 'echo again-$((6*7))\n');
    await printed(second).toContain('again-42');
    await context.close();
  }, 60_000);

  it('reaches the machine directly over UDP, without the relay, and byte by byte', async () => {
    const { context, page } = await admitted();
    await scene.pair(page);
    await ask(page, 'open', { peer: office.peerId });
    const path = async (): Promise<string> => {
      const [peer] = await call(page, 'peers.list', { measure: true });
      return peer?.path ?? 'none';
    };
    // A page has no other direct path than UDP. Where the first dial comes too late on a busy machine, the next one is a minute later.
    await expect.poll(path, { timeout: 150_000 }).toBe('direct');
    await ask(page, 'type', 'head -c 4000000 /dev/zero | tr "\\0" x; echo; echo $((6*7))-direct\n');
    await printed(page).toContain('42-direct');
    const printedAll = await ask<string>(page, 'output');
    expect(printedAll.match(/x{4000000}/u)?.[0]?.length).toBe(4_000_000);
    await context.close();
  }, 240_000);

  it('gives nothing: what a peer asks of it is refused, and calls that need a machine say so [S-BROWSER-2]', async () => {
    const { context, page, peerId } = await admitted();
    await scene.pair(page);
    await expect(
      office.api.call('terminal.open', { peer: peerId, cols: 80, rows: 24, term: 'xterm' }),
    ).rejects.toMatchObject({ code: 'rights.denied' });
    expect(await call(page, 'approvals.list', {})).toEqual([]);
    await expect(call(page, 'forwards.list', {})).rejects.toMatchObject({ code: 'agent.unavailable' });
    await context.close();
  }, 60_000);

  it('ends in the page when it is removed at the machine', async () => {
    const { context, page, peerId } = await admitted();
    await scene.pair(page);
    await ask(page, 'open', { peer: office.peerId });
    await ask(page, 'type', 'echo $((6*7))-here\n');
    await printed(page).toContain('42-here');
    await office.api.call('peers.forget', { peer: peerId });
    const ping = { peer: office.peerId, timeout: 2000 };
    await expect.poll(() => codeOf(call(page, 'peers.ping', ping))).toBe('peer.forgot');
    await expect(ask(page, 'open', { peer: office.peerId })).rejects.toThrow(/removed/);
    await context.close();
  }, 60_000);

  it('runs in one tab for all, and in another one once that is closed', async () => {
    const context = await browser.newContext({ bypassCSP: true });
    const join = scene.admission();
    const first = await load(context);
    await ask(first, 'join', join);
    await scene.online(first);
    await scene.pair(first);
    const [second, third] = [await load(context), await load(context)];
    await ask(second, 'join', join);
    await ask(third, 'join', join);
    const isHere = async (): Promise<readonly boolean[]> =>
      await Promise.all(
        [first, second, third].filter((tab) => !tab.isClosed()).map((tab) => ask<boolean>(tab, 'isHere')),
      );
    expect(await isHere()).toEqual([true, false, false]);
    // Each tab has its own terminal, over the one device.
    const [one, other] = [
      await ask<string>(first, 'open', { peer: office.peerId }),
      await ask<string>(second, 'open', { peer: office.peerId }),
    ];
    expect(one).not.toBe(other);
    for (const [tab, word] of [
      [first, 'one'],
      [second, 'two'],
    ] as const) {
      await ask(tab, 'type', `echo $((6*7))-${word}\n`);
      await printed(tab).toContain(`42-${word}`);
    }
    // More than every buffer on the way, through both tabs.
    await ask(second, 'type', 'head -c 8000000 /dev/zero | tr "\\0" x; echo; echo $((6*7))-end\n');
    await printed(second).toContain('42-end');
    await first.close();
    await expect.poll(async () => (await isHere()).filter(Boolean).length).toBe(1);
    await expect.poll(async () => await ask(second, 'lost')).toBe(1);
    await scene.online(second);
    await scene.online(third);
    // The terminal has gone on at the machine.
    await expect
      .poll(async () => await ask(second, 'open', { peer: office.peerId, terminal: other }).catch(() => ''))
      .toBe(other);
    await printed(second).toContain('42-end');
    await ask(second, 'type', 'echo still-$((6*7))\n');
    await printed(second).toContain('still-42');
    await context.close();
  }, 90_000);

  it('is another device after its storage was cleared', async () => {
    const { context, page, peerId } = await admitted();
    await scene.pair(page);
    await ask(page, 'close');
    await page.close();
    const cleared = await load(context);
    await ask(cleared, 'create', { url: scene.relay.url });
    await ask(cleared, 'clear');
    await cleared.close();
    const fresh = await load(context);
    expect(await ask(fresh, 'create', { url: scene.relay.url })).not.toBe(peerId);
    expect(await call(fresh, 'peers.list', {})).toEqual([]);
    await context.close();
  }, 60_000);

  it('stores nothing after it was cleared while a save failed', async () => {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await load(context);
    expect(await ask(page, 'clearDuringFailedSave')).toEqual([]);
    await context.close();
  }, 60_000);
});
