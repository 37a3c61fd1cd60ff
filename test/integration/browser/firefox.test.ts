import { afterAll, beforeAll, expect, it } from 'vitest';
import { askMachines, showCode, showLink, signOut } from '#test/support/browser/approval-ways.ts';
import { countedTo, countTo } from '#test/support/browser/counting.ts';
import type { PageScene } from '#test/support/browser/page-scene.ts';
import { ask, call } from '#test/support/browser/page-scripts.ts';
import { FirefoxAgents } from '#test/support/firefox/agents.ts';
import { inFirefox } from '#test/support/firefox/firefox.ts';

/** The stories of `page-agent.test.ts`, `page-life.test.ts` and `approval.test.ts`, in another browser. */
inFirefox('the agent of a page', () => {
  let agents: FirefoxAgents;
  let scene: PageScene;

  beforeAll(async () => {
    agents = await FirefoxAgents.start();
    ({ scene } = agents);
  }, 120_000);
  afterAll(() => agents.close());

  const load: FirefoxAgents['load'] = (...given) => agents.load(...given);
  const printed: FirefoxAgents['printed'] = (page) => agents.printed(page);

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
    const peers = await call(second, 'peers.list', {});
    expect(peers.map(({ name, pairing }) => [name, pairing?.compared])).toEqual([['office', true]]);
    expect(await ask(second, 'open', { peer: scene.office.peerId, terminal })).toBe(terminal);
    await printed(second).toContain('42-end');
    await ask(second, 'type', 'echo again-$((6*7))\n');
    await printed(second).toContain('again-42');
    await second.close();
  }, 120_000);

  it('keeps every byte of a terminal over a restart of the relay', async () => {
    const { page } = await agents.opened();
    await call(page, 'peers.setPathMode', { peer: scene.office.peerId, mode: 'relay-only' });
    await ask(page, 'type', countTo(150));
    await printed(page).toContain('line-20\r');
    await scene.restartRelay();
    await printed(page).toContain('end-42');
    expect(await ask<string>(page, 'output')).toContain(countedTo(150));
    await page.close();
  }, 120_000);

  it('loses its terminal when its permission expires, and for good when it is removed, while someone types', async () => {
    const { page, peerId } = await agents.opened();
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
    const profile = await agents.firefox.profile();
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
    expect(await call(fresh, 'peers.list', {})).toEqual([]);
    await fresh.close();
  }, 120_000);

  it('is approved by a code that is typed at the machine, and by a link that it asks by', async () => {
    for (const way of [showCode, showLink]) {
      const browser = await agents.browser();
      expect(await way(scene.office, browser)).toBe('no error');
      await browser.page.close();
    }
  }, 120_000);

  it('asks the machines of its account, is approved once the words are compared, and signs out [S-APPROVE-4]', async () => {
    const browser = await agents.browser();
    scene.stepUp();
    expect(await askMachines(scene.office, browser)).toBe('no error');
    expect(await signOut(scene.office, browser)).toEqual([]);
    await browser.page.close();
  }, 120_000);
});
