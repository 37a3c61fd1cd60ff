import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PeerView } from '#shared/app-api/index.ts';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { PageScene } from '#test/support/browser/page-scene.ts';
import { ask, pageScript, type DrivenPage } from '#test/support/browser/page-scripts.ts';
import { Firefox, inFirefox, type FirefoxPage } from '#test/support/firefox/firefox.ts';

/** Lines that count, slowly enough that something happens between them. */
const countTo = (to: number): string =>
  `i=0; while [ $i -lt ${to} ]; do i=$((i+1)); echo line-$i; sleep 0.02; done; echo end-$((6*7))\n`;
const lines = (to: number): string => Array.from({ length: to }, (_, index) => `line-${index + 1}\r\n`).join('');

/** The stories of `page-agent.test.ts` and `page-life.test.ts`, in another browser. */
inFirefox('the agent of a page', () => {
  let firefox: Firefox;
  let scene: PageScene;
  let script: string;

  beforeAll(async () => {
    [scene, script] = await Promise.all([PageScene.start(), pageScript()]);
    firefox = await Firefox.launch();
  }, 120_000);
  afterAll(async () => {
    await firefox.close();
    await scene.close();
  });

  /** Another page of a profile; the scene's first one without its name. */
  async function load(profile?: string): Promise<FirefoxPage> {
    const page = await firefox.open(scene.relay.url.replace(/^ws/, 'http') + RELAY_PATHS.health, profile);
    await page.evaluate(`(${JSON.stringify(script)}, (0, eval)(${JSON.stringify(script)}), 0)`);
    return page;
  }

  /** A paired page of a new profile, with a terminal at office. */
  async function opened(): Promise<Readonly<{ profile: string; page: FirefoxPage; peerId: string }>> {
    const profile = await firefox.profile();
    const page = await load(profile);
    const peerId = await ask<string>(page, 'create', scene.admission());
    await scene.online(page);
    await scene.pair(page);
    await ask(page, 'open', { peer: scene.office.peerId });
    await ask(page, 'type', 'PS1=; stty -echo; echo $((6*7))-ready\n');
    await printed(page).toContain('42-ready');
    return { profile, page, peerId };
  }

  const printed = (page: DrivenPage) => expect.poll(() => ask<string>(page, 'output'), { timeout: 30_000 });

  it('pairs by a code, types, carries much output, and takes its terminal up again in another tab, with keys that no script can read', async () => {
    const page = await load();
    const peerId = await ask<string>(page, 'create', scene.admission());
    await scene.online(page);
    await scene.pair(page);
    const terminal = await ask<string>(page, 'open', { peer: scene.office.peerId });
    await ask(page, 'type', 'echo $((6*7))-first\n');
    await printed(page).toContain('42-first');
    await ask(page, 'type', 'head -c 3000000 /dev/zero | tr "\\0" x; echo; echo $((6*7))-end\n');
    await printed(page).toContain('42-end');
    expect((await ask<string>(page, 'output')).match(/x{3000000}/u)?.[0]?.length).toBe(3_000_000);
    expect(await ask(page, 'stealKeys')).toBe('InvalidAccessError');
    await page.close();
    const second = await load();
    expect(await ask(second, 'create', { url: scene.relay.url })).toBe(peerId);
    await scene.online(second);
    const peers = await ask<readonly PeerView[]>(second, 'call', 'peers.list', {});
    expect(peers.map(({ name, pairing }) => [name, pairing?.compared])).toEqual([['office', true]]);
    expect(await ask(second, 'open', { peer: scene.office.peerId, terminal })).toBe(terminal);
    await printed(second).toContain('42-end');
    await ask(second, 'type', 'echo again-$((6*7))\n');
    await printed(second).toContain('again-42');
    await second.close();
  }, 120_000);

  it('keeps every byte of a terminal over a restart of the relay', async () => {
    const { page } = await opened();
    await ask(page, 'call', 'peers.setPathMode', { peer: scene.office.peerId, mode: 'relay-only' });
    await ask(page, 'type', countTo(150));
    await printed(page).toContain('line-20\r');
    await scene.restartRelay();
    await printed(page).toContain('end-42');
    expect(await ask<string>(page, 'output')).toContain(`${lines(150)}end-42`);
    await page.close();
  }, 120_000);

  it('loses its terminal when its permission expires, and for good when it is removed, while someone types', async () => {
    const { page, peerId } = await opened();
    const { office } = scene;
    const expiresAt = Date.now() + 1500;
    await office.api.call('rights.set', { peer: peerId, right: 'terminal', decision: 'allow', expiresAt });
    const serving = async (): Promise<boolean> => {
      await ask(page, 'type', ': typed\n').catch(() => undefined);
      return (await office.api.call('terminal.served', {})).some((served) => served.peerId === peerId);
    };
    await expect.poll(serving, { timeout: 20_000 }).toBe(false);
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
    await office.api.call('rights.set', { peer: peerId, right: 'terminal', decision: 'allow', expiresAt: null });
    await ask(page, 'open', { peer: office.peerId });
    await expect.poll(serving).toBe(true);
    await office.api.call('peers.forget', { peer: peerId });
    const removed = Date.now();
    await expect.poll(serving, { timeout: 1000, interval: 20 }).toBe(false);
    expect(Date.now() - removed).toBeLessThan(1000);
    await expect(ask(page, 'open', { peer: office.peerId })).rejects.toThrow(
      /removed|not connected|offline|unreachable|relay/,
    );
    await page.close();
  }, 120_000);

  it('runs in one tab for all, in another one once that is closed, and is another device after its storage was cleared', async () => {
    const profile = await firefox.profile();
    const join = scene.admission();
    const first = await load(profile);
    await ask(first, 'join', join);
    await scene.online(first);
    await scene.pair(first);
    const second = await load(profile);
    await ask(second, 'join', join);
    expect([await ask(first, 'isHere'), await ask(second, 'isHere')]).toEqual([true, false]);
    const terminal = await ask<string>(second, 'open', { peer: scene.office.peerId });
    await ask(second, 'type', 'echo $((6*7))-second\n');
    await printed(second).toContain('42-second');
    await first.close();
    await expect.poll(() => ask(second, 'isHere'), { timeout: 20_000 }).toBe(true);
    await scene.online(second);
    await expect
      .poll(() => ask(second, 'open', { peer: scene.office.peerId, terminal }).catch(() => ''), { timeout: 20_000 })
      .toBe(terminal);
    await ask(second, 'type', 'echo still-$((6*7))\n');
    await printed(second).toContain('still-42');
    await second.close();
    const third = await load(profile);
    const before = await ask<string>(third, 'create', { url: scene.relay.url });
    await ask(third, 'clear');
    await third.close();
    const fresh = await load(profile);
    expect(await ask(fresh, 'create', { url: scene.relay.url })).not.toBe(before);
    expect(await ask(fresh, 'call', 'peers.list', {})).toEqual([]);
    await fresh.close();
  }, 120_000);
});
