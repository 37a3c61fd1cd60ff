import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import type { Clock } from '#shared/clock.ts';
import { askMachines, showCode, showLink, signOut } from '#test/support/browser/approval-ways.ts';
import { AgentPages } from '#test/support/chromium/agent-pages.ts';
import { findChromium } from '#test/support/chromium/launch.ts';
import { codeOf, pairDevices, type TestDevice } from '#test/support/hostile/device.ts';

const HOUR = 3_600_000;

describe.skipIf(findChromium() === undefined)('a browser that is approved as a machine', () => {
  let pages: AgentPages;
  let office: TestDevice;
  /** Time by which the wall clock of the machine is ahead, ms. */
  let ahead = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead };

  beforeAll(async () => {
    pages = await AgentPages.start();
    office = await pages.machine('office', { clock });
  }, 60_000);
  afterAll(() => pages.close());
  /** A machine adds one device at a time, so a test that failed would take the others with it. */
  afterEach(async () => {
    for (const { adding } of await office.api.call('adding.list', {}))
      await office.api.call('adding.cancel', { adding });
    for (const { peerId } of await office.api.call('adding.requests', {}))
      await office.api.call('adding.dismiss', { peerId });
  });

  const printed = (page: Parameters<AgentPages['ask']>[0]) =>
    expect.poll(() => pages.ask<string>(page, 'output'), { timeout: 10_000 });

  it('is marked at the machine, and gets terminals until its end, not what was ticked for a machine [S-APPROVE-1]', async () => {
    const { context, page, peerId } = await pages.browser();
    const { pairing, code } = await office.api.call('pairing.invite', { allow: ['forward', 'relay'] });
    const invited = office.api.call('pairing.result', { pairing });
    await pages.call(page, 'pairing.join', { codeOrLink: code ?? '', allow: [] });
    const { peer, words } = await invited;
    expect(peer.browser?.life).toBe('12h');
    expect(Object.keys(peer.pairing?.pending ?? {})).toEqual(['terminal']);
    await pages.call(page, 'pairing.confirm', { peer: office.peerId, words });
    const before = clock.now();
    const approved = await office.api.call('pairing.confirm', { peer: peerId, words, life: '30d' });
    expect(approved.browser?.life).toBe('30d');
    expect(approved.browser?.endsAt).toBeGreaterThanOrEqual(before + 30 * 24 * HOUR);
    expect(approved.rights).toMatchObject({
      terminal: { decision: 'allow', expiresAt: approved.browser?.endsAt },
      forward: { decision: 'ask' },
      relay: { decision: 'ask' },
    });
    // The page learns its end from the machine.
    await expect
      .poll(async () => (await pages.call(page, 'peers.get', { peer: office.peerId })).browserThere)
      .toEqual(approved.browser);
    await pages.ask(page, 'open', { peer: office.peerId });
    await expect
      .poll(async () => await office.api.call('terminal.served', {}))
      .toContainEqual(expect.objectContaining({ peerId, browser: true }));
    const audit = await office.api.call('audit.list', { limit: 50 });
    const opened = audit.find(({ event, fields }) => event === 'terminal.opened' && fields['peer'] === peerId);
    expect(opened?.fields).toMatchObject({ browser: true });
    expect(audit.find(({ event }) => event === 'browser.life')?.fields).toMatchObject({ life: '30d', peer: peerId });
    await context.close();
  }, 60_000);

  it('ends at the machine while a person types, whatever the page says of the time [S-APPROVE-1]', async () => {
    const { context, page, peerId } = await pages.browser();
    const words = await pages.join(office, page);
    await office.api.call('pairing.confirm', { peer: peerId, words: [...words], life: '12h' });
    await pages.ask(page, 'open', { peer: office.peerId });
    await pages.ask(page, 'type', 'hello');
    await printed(page).toContain('hello');
    await page.evaluate('Date.now = () => 0');
    const ended = new Promise<string>((resolve) => office.api.on('peers.ended', ({ name }) => resolve(name)));
    ahead += 13 * HOUR;
    // The machine looks at its clock within a minute; here it does because something else has changed.
    await office.api.call('peers.setFavourite', { peer: peerId, favourite: true });
    expect(await ended).toContain('a browser');
    expect((await office.api.call('peers.list', {})).map((peer) => peer.peerId)).not.toContain(peerId);
    await expect
      .poll(async () => (await office.api.call('terminal.served', {})).map((served) => served.peerId))
      .not.toContain(peerId);
    await expect(pages.ask(page, 'open', { peer: office.peerId })).rejects.toThrow(
      /not connected|removed|offline|unreachable|relay|session/,
    );
    await context.close();
  }, 60_000);

  it('asks for every terminal, or gets none, as the machine is set [S-APPROVE-3]', async () => {
    const { context, page, peerId } = await pages.browser();
    const words = await pages.join(office, page);
    await office.api.call('pairing.confirm', { peer: peerId, words: [...words] });
    await office.api.call('peers.setBrowsers', { mode: 'ask' });
    for (let round = 1; round <= 2; round += 1) {
      const opened = pages.ask<string>(page, 'open', { peer: office.peerId });
      await expect.poll(async () => (await office.api.call('approvals.list', {})).length).toBe(1);
      const [request] = await office.api.call('approvals.list', {});
      expect(request).toMatchObject({ peerId, browser: true, right: 'terminal' });
      // A longer answer would change nothing: the next one asks again.
      const id = request?.id ?? 0;
      for (const longer of [{ remember: true }, { duration: 3_600_000 }])
        await expect(office.api.call('approvals.decide', { id, decision: 'approve', ...longer })).rejects.toMatchObject(
          { code: 'approval.browser-asks' },
        );
      await office.api.call('approvals.decide', { id, decision: 'approve' });
      await opened;
    }
    await office.api.call('peers.setBrowsers', { mode: 'never' });
    await expect.poll(async () => await office.api.call('terminal.served', {})).toEqual([]);
    await expect(pages.ask(page, 'open', { peer: office.peerId })).rejects.toThrow(/denied|does not let/);
    // No further browser is paired.
    const { pairing, code } = await office.api.call('pairing.invite', { allow: [] });
    const invited = office.api.call('pairing.result', { pairing }).catch((error: { code: string }) => error.code);
    const other = await pages.browser();
    await expect(pages.call(other.page, 'pairing.join', { codeOrLink: code ?? '', allow: [] })).rejects.toMatchObject({
      code: 'pairing.refused',
    });
    expect(await invited).toBe('pairing.refused');
    await office.api.call('peers.setBrowsers', { mode: 'approved' });
    await pages.ask(page, 'open', { peer: office.peerId });
    await other.context.close();
    await context.close();
  }, 60_000);

  it('keeps nothing once it is approved for its tab, and from the start if its person chose so', async () => {
    const { context, page, peerId } = await pages.browser();
    expect(await pages.ask(page, 'kept')).toContain('keys');
    expect(await pages.call(page, 'status.get', {})).not.toHaveProperty('endsWithPage');
    const words = await pages.join(office, page);
    await office.api.call('pairing.confirm', { peer: peerId, words: [...words], life: 'tab' });
    await expect.poll(() => pages.ask(page, 'kept')).toEqual([]);
    expect(await pages.call(page, 'status.get', {})).toMatchObject({ endsWithPage: true });
    // It goes on in this tab.
    await pages.ask(page, 'open', { peer: office.peerId });
    await pages.call(page, 'peers.setFavourite', { peer: office.peerId, favourite: true });
    expect(await pages.ask(page, 'kept')).toEqual([]);
    await page.close();
    const next = await pages.load(context);
    expect(await pages.ask(next, 'create', { url: pages.relay.url })).not.toBe(peerId);
    await context.close();

    const tab = await pages.browser(false);
    expect(await pages.ask(tab.page, 'kept')).toEqual([]);
    const { pairing, code } = await office.api.call('pairing.invite', { allow: [] });
    const invited = office.api.call('pairing.result', { pairing });
    await pages.call(tab.page, 'pairing.join', { codeOrLink: code ?? '', allow: [] });
    expect((await invited).peer.browser?.life).toBe('tab');
    expect(await pages.ask(tab.page, 'kept')).toEqual([]);
    await tab.context.close();
  }, 60_000);

  it('shows a code that is typed at the machine, which then approves it', async () => {
    const browser = await pages.browser();
    expect(await showCode(office, browser)).toBe('no error');
    await browser.context.close();
  }, 60_000);

  it('shows a link that an own machine asks by, and both compare the words before anything is pinned', async () => {
    const browser = await pages.browser();
    expect(await showLink(office, browser)).toBe('no error');
    await browser.context.close();
  }, 60_000);

  it('is added without any right where the person there gives it none, and asks for each', async () => {
    const { context, page, peerId } = await pages.browser();
    const waiting = await pages.call(page, 'adding.wait', {});
    const asking = await office.api.call('adding.ask', { peerId });
    const viewOf = async () =>
      (await office.api.call('adding.list', {})).find(({ adding }) => adding === asking.adding);
    await expect.poll(async () => (await viewOf())?.state).toBe('comparing');
    // The page has its question a message later, and an answer before it counts for nothing.
    const hereOf = async () =>
      (await pages.call(page, 'adding.list', {})).find(({ adding }) => adding === waiting.adding);
    await expect.poll(async () => (await hereOf())?.state).toBe('comparing');
    expect(await pages.call(page, 'adding.answer', { adding: waiting.adding, same: true })).toMatchObject({
      state: 'agreed',
    });
    await office.api.call('adding.answer', { adding: asking.adding, same: true, life: 'none' });
    await expect.poll(async () => (await viewOf())?.state).toBe('added');
    const added = await office.api.call('peers.get', { peer: peerId });
    expect([added.browser?.life, added.rights.terminal.decision]).toEqual(['12h', 'ask']);
    await context.close();
  }, 60_000);

  it('asks the machines of its account; the request grants nothing, and leads to the comparison of words [S-APPROVE-5]', async () => {
    const browser = await pages.browser();
    expect(await askMachines(office, browser)).toBe('no error');
    await browser.context.close();
  }, 60_000);

  it('shows no words where a request named another ID than that of the browser [S-APPROVE-5]', async () => {
    const [mine, thief] = [await pages.browser(), await pages.browser()];
    const waiting = await pages.call(mine.page, 'adding.wait', {});
    const theirs = await pages.call(thief.page, 'adding.wait', {});
    // A relay that passes on another ID does what the thief does here by itself.
    await pages.call(thief.page, 'adding.request', { adding: theirs.adding });
    await expect.poll(async () => (await office.api.call('adding.requests', {})).length).toBe(1);
    const [request] = await office.api.call('adding.requests', {});
    const asking = await office.api.call('adding.ask', { peerId: request?.peerId ?? '' });
    const viewOf = async () =>
      (await office.api.call('adding.list', {})).find(({ adding }) => adding === asking.adding);
    await expect.poll(async () => (await viewOf())?.state).toBe('comparing');
    const mineNow = (await pages.call(mine.page, 'adding.list', {})).find(({ adding }) => adding === waiting.adding);
    expect(mineNow).toMatchObject({ state: 'waiting', other: null });
    await office.api.call('adding.answer', { adding: asking.adding, same: false });
    await expect.poll(async () => (await viewOf())?.state).toBe('failed');
    expect((await office.api.call('peers.list', {})).map(({ peerId }) => peerId)).not.toContain(thief.peerId);
    await office.api.call('adding.dismiss', { peerId: thief.peerId });
    expect(await office.api.call('adding.requests', {})).toEqual([]);
    // Only a browser that waits may ask.
    await pages.call(mine.page, 'adding.cancel', { adding: waiting.adding });
    await expect
      .poll(async () => await codeOf(pages.call(mine.page, 'adding.request', { adding: waiting.adding })))
      .toBe('adding.unknown');
    await mine.context.close();
    await thief.context.close();
  }, 60_000);

  it('signs out: the machine forgets it and ends its terminal, and no key stays [S-APPROVE-4]', async () => {
    const { context, page, peerId } = await pages.browser();
    const words = await pages.join(office, page);
    await office.api.call('pairing.confirm', { peer: peerId, words: [...words], life: '30d' });
    await pages.ask(page, 'open', { peer: office.peerId });
    expect(await signOut(office, { page, peerId })).toEqual([]);
    expect(await office.api.call('device.leave', {}).catch((error: { code: string }) => error.code)).toBe(
      'agent.unavailable',
    );
    await context.close();
  }, 60_000);

  it('is introduced to a server by a machine, opens a terminal there without words, and ends with the introduction [S-INTRO-6]', async () => {
    const server = await pages.machine('server');
    await pairDevices(office, server, { allow: [] });
    const { context, page, peerId } = await pages.browser();
    const words = await pages.join(office, page);
    await office.api.call('pairing.confirm', { peer: peerId, words: [...words], life: '12h' });
    const introduce = { right: 'introduce', decision: 'allow', expiresAt: null } as const;
    await server.api.call('rights.set', { peer: office.peerId, ...introduce });
    await server.api.call('introductions.handOn', { peer: office.peerId, rights: ['terminal'] });
    await pages.call(page, 'rights.set', { peer: office.peerId, ...introduce });
    const open = async (): Promise<string> => await codeOf(pages.ask(page, 'open', { peer: server.peerId }));
    expect(await open()).toContain('no peer is called');
    expect(
      await office.api.call('introductions.introduce', {
        newcomer: peerId,
        targets: [server.peerId],
        rights: ['terminal'],
        life: 3600,
      }),
    ).toEqual([{ peer: server.peerId, name: 'server', problem: null }]);
    const there = await server.api.call('peers.get', { peer: peerId });
    expect(there).toMatchObject({ introduced: { by: office.peerId, byName: 'office' } });
    expect(there.browser).toBeDefined();
    expect((await pages.call(page, 'peers.get', { peer: server.peerId })).introduced?.by).toBe(office.peerId);
    expect(await open()).toBe('no error');
    await pages.ask(page, 'type', 'hello');
    await printed(page).toContain('hello');
    expect(await server.api.call('approvals.list', {})).toEqual([]);
    await office.api.call('introductions.end', { newcomer: peerId });
    await expect
      .poll(async () => (await server.api.call('peers.list', {})).map((peer) => peer.peerId))
      .toEqual([office.peerId]);
    await expect.poll(async () => await server.api.call('terminal.served', {})).toEqual([]);
    await pages.ask(page, 'type', 'after').catch(() => undefined);
    expect(server.shell.last.heardText).toBe('hello');
    await expect.poll(open).toContain('no peer is called');
    await context.close();
    await server.close();
  }, 60_000);
});
