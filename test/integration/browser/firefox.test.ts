import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PeerView } from '#shared/app-api/index.ts';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { PageScene } from '#test/support/browser/page-scene.ts';
import { ask, pageScript, type DrivenPage } from '#test/support/browser/page-scripts.ts';
import { findFirefox, Firefox } from '#test/support/firefox/firefox.ts';

/** The story of `page-agent.test.ts`, in another browser. */
describe.skipIf(findFirefox() === undefined)('the agent of a page in Firefox', () => {
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

  async function load(): Promise<DrivenPage & Readonly<{ close(): Promise<void> }>> {
    const page = await firefox.open(scene.relay.url.replace(/^ws/, 'http') + RELAY_PATHS.health);
    await page.evaluate(`(${JSON.stringify(script)}, (0, eval)(${JSON.stringify(script)}), 0)`);
    return page;
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
});
