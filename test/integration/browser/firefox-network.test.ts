import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { countedTo, countTo } from '#test/support/browser/counting.ts';
import { ask } from '#test/support/browser/page-scripts.ts';
import { TcpFaultProxy } from '#test/support/faults/index.ts';
import { FirefoxAgents } from '#test/support/firefox/agents.ts';
import { inFirefox } from '#test/support/firefox/firefox.ts';
import { seenSecrets } from '#test/support/hostile/seen-secrets.ts';
import { swapIds } from '#test/support/hostile/swapped-id.ts';
import { WireTap } from '#test/support/hostile/wire-tap.ts';

/** Longer than a path may be silent, ms. */
const SLEEP = 20_000;

/** What is between the agent of a page and the machine: a network that goes away, a computer that sleeps, a relay that lies. */
inFirefox('the agent of a page and its network', () => {
  let agents: FirefoxAgents;

  beforeAll(async () => {
    agents = await FirefoxAgents.start();
  }, 120_000);
  afterAll(() => agents.close());

  const isOnline = async (peerId: string): Promise<boolean | undefined> =>
    (await agents.scene.office.api.call('peers.list', {})).find((peer) => peer.peerId === peerId)?.online;

  it('keeps every byte of a terminal while its network is away', async () => {
    const proxy = await TcpFaultProxy.start({ target: { port: agents.scene.relay.port } });
    onTestFinished(() => proxy.close());
    const { page, peerId } = await agents.opened(`ws://127.0.0.1:${proxy.port}`);
    await ask(page, 'type', countTo(150));
    await agents.printed(page).toContain('line-20\r');
    await proxy.refuse();
    expect(proxy.reset()).toBeGreaterThan(0);
    await expect.poll(() => isOnline(peerId)).toBe(false);
    expect(await ask<string>(page, 'output')).not.toContain('end-42');
    await proxy.admit();
    await agents.printed(page).toContain('end-42');
    expect(await ask<string>(page, 'output')).toContain(countedTo(150));
    await page.close();
  }, 120_000);

  it('keeps every byte of a terminal over a sleep of its computer', async () => {
    const { page } = await agents.opened();
    await ask(page, 'type', countTo(300));
    await agents.printed(page).toContain('line-20\r');
    await agents.firefox.freeze();
    try {
      // The time itself is the subject: the machine gives the path up, and the terminal goes on.
      await new Promise((resolve) => setTimeout(resolve, SLEEP));
    } finally {
      agents.firefox.thaw();
    }
    await agents.printed(page).toContain('end-42');
    expect(await ask<string>(page, 'output')).toContain(countedTo(300));
    await page.close();
  }, 120_000);

  it('shows a relay that records everything, and its disk, no eight bytes of a terminal [S-LINK-6]', async () => {
    const tap = await WireTap.open(agents.scene.relay);
    onTestFinished(() => tap.close());
    const { page } = await agents.opened(tap.url);
    expect(await seenSecrets({ page, tap, folder: agents.scene.folder })).toEqual([]);
    await page.close();
  }, 120_000);

  it('shows other words on both sides where a relay swaps the ID by which a machine adds it; a no ends all [S-PAIR-12]', async () => {
    const { scene } = agents;
    const victim = await agents.browser();
    const [forward, backward] = [await scene.machine('mallory'), await scene.machine('mallory 2')];
    expect(await swapIds({ office: scene.office, forward, backward, victim })).toEqual([]);
    expect((await ask(victim.page, 'open', { peer: scene.office.peerId }).catch(String)) as string).toContain(
      'no peer is called',
    );
    await victim.page.close();
  }, 120_000);
});
