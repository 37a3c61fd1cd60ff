import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import type { CallInput, ShareLinkView } from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { parseShareSecret } from '#shared/share-link/index.ts';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { tapFirstCall, type RecordedCall } from '#test/support/browser/call-tap.ts';
import { ask, bundle } from '#test/support/browser/page-scripts.ts';
import { withPrograms } from '#test/support/browser/relay-of-pages.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { codeOf, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { found } from '#test/support/hostile/secrets.ts';
import { WireTap } from '#test/support/hostile/wire-tap.ts';
import { startTestRelay } from '#test/support/relay-project.ts';
import type { GuestPage } from '../../unit/browser/guest/chromium-page.ts';

const ENTRY = new URL('../../unit/browser/guest/chromium-page.ts', import.meta.url).pathname;

type State = ReturnType<GuestPage['state']>;
type Create = CallInput<'shareLink.create'>;

/** Dialer of a device whose relay serves a page. */
function dialerWithPage() {
  return {
    ...createRelayDialer({ clock: systemClock }),
    get: () => Promise.resolve({ status: 200, headers: {}, body: new Uint8Array(0) }),
  };
}

describe.skipIf(findChromium() === undefined)('share links', () => {
  let browser: ChromiumShare;
  let script: string;
  let relay: RunningRelay;
  let office: TestDevice;
  let laptop: TestDevice;
  /** Channel of the terminal that laptop has open on office. */
  let channel: number;
  let terminal: string;
  let printed = '';
  /** Time by which the clock of office is ahead, ms: as if it had slept. */
  let ahead = 0;
  const contexts: BrowserContext[] = [];
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    script = await bundle(ENTRY);
    const started = await startTestRelay({ rates: { guestsPerAddress: { burst: 100, perSecond: 10 } } });
    ({ relay } = started);
    office = await TestDevice.create({
      name: 'office',
      clock: { ...systemClock, now: () => systemClock.now() + ahead },
      dialer: dialerWithPage(),
      ...withPrograms(),
    });
    laptop = await TestDevice.create({ name: 'laptop', dialer: dialerWithPage() });
    for (const device of [office, laptop]) {
      device.agent.start();
      await device.configure(relay.url, relay.admissionToken);
    }
    await pairDevices(office, laptop, { allow: ['terminal'] });
    browser = await shareChromium();
    stops.push(
      started.stop,
      () => laptop.close(),
      () => office.close(),
      () => browser.close(),
    );
    await openTerminal();
  }, 60_000);
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    for (const device of [office, laptop])
      for (const { id } of await device.api.call('shareLink.list', {})) await device.api.call('shareLink.end', { id });
  });

  async function openTerminal(): Promise<void> {
    const size = { cols: 80, rows: 24, term: 'xterm-256color' };
    const opened = await laptop.api.call('terminal.open', { peer: office.peerId, ...size });
    ({ channel, terminal } = opened);
    const stream = laptop.api.channel(channel);
    void (async () => {
      for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read())
        printed += new TextDecoder().decode(bytes);
    })().catch(() => undefined);
    await typeAtLaptop('PS1="$ "; echo $((6*7))-ready\n');
    await vi.waitFor(() => expect(printed).toContain('42-ready'), { timeout: 10_000 });
  }

  async function typeAtLaptop(text: string): Promise<void> {
    await laptop.api.channel(channel).write(new TextEncoder().encode(text));
  }

  /** Shares the terminal: at the office, where it runs, or at the laptop, which has it open there. */
  async function share(more: Partial<Create> = {}, at = office): Promise<ShareLinkView> {
    const peer = at === office ? null : office.peerId;
    return await at.api.call('shareLink.create', { peer, terminal, role: 'view', ...more });
  }

  /** Opens a link in a new browser profile. */
  async function visit(
    link: string,
    name = 'Ada',
    stream?: unknown,
    prepare?: (page: Page) => Promise<unknown>,
  ): Promise<Page> {
    const context = await browser.newContext({ bypassCSP: true });
    contexts.push(context);
    const page = await context.newPage();
    await prepare?.(page);
    await page.goto(new URL(link).origin + RELAY_PATHS.health);
    await page.addScriptTag({ content: script });
    await ask(page, 'visit', link, name, ...(stream === undefined ? [] : [stream]));
    return page;
  }

  const stateOf = (page: Page) => expect.poll(() => ask<State>(page, 'state'), { timeout: 10_000 });
  const shownTo = (page: Page) =>
    expect.poll(async () => (await ask<{ text: string }>(page, 'shown')).text, { timeout: 10_000 });
  const guestsAt = async (device: TestDevice) =>
    (await device.api.call('shareLink.list', {})).flatMap(({ guests }) => guests);

  /** Waits for a guest's card, compares the words, and answers. */
  async function answer(device: TestDevice, page: Page, letIn: boolean): Promise<void> {
    await stateOf(page).toMatchObject({ kind: 'waiting' });
    const { words } = (await ask<State>(page, 'state')) as Extract<State, { kind: 'waiting' }>;
    await expect
      .poll(async () => (await guestsAt(device)).some((guest) => guest.words.join() === words.join()))
      .toBe(true);
    const card = (await guestsAt(device)).find((guest) => guest.words.join() === words.join());
    await device.api.call('shareLink.answer', { guest: card?.id ?? '', letIn });
  }

  it('lets two guests watch, each after the same four words on both screens, and stores nothing in their browsers', async () => {
    const { url } = await share();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/j#[A-Za-z0-9_-]{22}$/);
    const [ada, ben] = [await visit(url, 'Ada'), await visit(url, 'Ben')];
    expect((await guestsAt(office)).every(({ state }) => state === 'waiting')).toBe(true);
    await answer(office, ada, true);
    await answer(office, ben, true);
    for (const page of [ada, ben]) {
      await stateOf(page).toMatchObject({ kind: 'in', role: 'view', host: 'office' });
      await shownTo(page).toContain('42-ready');
    }
    await typeAtLaptop('echo $((6*7))-both\n');
    for (const page of [ada, ben]) await shownTo(page).toContain('42-both');
    const [served] = await office.api.call('terminal.served', {});
    expect(served?.viewers.map(({ name, watching }) => [name, watching])).toEqual([
      ['Ada', true],
      ['Ben', true],
    ]);
    expect(await ask(ada, 'stored')).toEqual([]);
    const audit = await office.audit('guest.let-in');
    expect(audit.map(({ fields }) => fields['guest'])).toEqual(expect.arrayContaining(['Ada', 'Ben']));
    expect(await office.api.call('peers.list', {})).toHaveLength(1);
  }, 60_000);

  it('gives nothing to a relay that replays a recorded pairing, to the device or to another page [S-SHARE-1]', async () => {
    // The link lets viewers in by itself: no person would stop a guest that the device took for Ada.
    const { url, id } = await share({ letIn: true });
    let recorded: RecordedCall | undefined;
    await stateOf(
      await visit(url, 'Ada', undefined, async (page) => {
        recorded = await tapFirstCall(page);
      }),
    ).toMatchObject({ kind: 'in' });
    if (recorded?.message2 === undefined) throw new Error('no call was recorded');
    expect([recorded.page.length, recorded.device.length].every((length) => length > 100)).toBe(true);
    // Ada goes, so that nothing of her is known there but the link.
    await contexts.pop()?.close();
    const guest = (await guestsAt(office))[0]?.id ?? '';
    await office.api.call('shareLink.remove', { guest });
    await expect.poll(async () => await guestsAt(office)).toEqual([]);
    const letIn = (await office.audit('guest.let-in')).length;
    for (const side of ['page', 'device'] as const) {
      const call = recorded;
      const page = await visit(url, 'Eve', undefined, (tapped) => tapFirstCall(tapped, { side, call }));
      await stateOf(page).toMatchObject({ kind: 'over', code: expect.stringMatching(/^(?:pairing|relay|link)\./) });
      const { kinds, text } = await ask<ReturnType<GuestPage['shown']>>(page, 'shown');
      // No words are shown, so no person could believe that they talk with each other.
      expect({ side, kinds, text }).toEqual({ side, kinds: ['connecting', 'over'], text: '' });
      expect(await guestsAt(office)).toEqual([]);
      expect(await office.audit('guest.let-in')).toHaveLength(letIn);
    }
    expect((await office.api.call('shareLink.list', {})).map((link) => link.id)).toContain(id);
    // The same relay, honest again.
    await stateOf(await visit(url, 'Ben')).toMatchObject({ kind: 'in' });
  });

  it('declines a guest, and tells it so', async () => {
    const { url } = await share();
    const ada = await visit(url);
    await answer(office, ada, false);
    await stateOf(ada).toEqual({ kind: 'over', code: 'pairing.refused' });
    expect(await guestsAt(office)).toEqual([]);
  }, 60_000);

  it('takes the card of a guest that leaves while it waits, and a link for one is still good [S-SHARE-5]', async () => {
    const { url } = await share({ once: true });
    const ada = await visit(url);
    await stateOf(ada).toMatchObject({ kind: 'waiting' });
    await expect.poll(async () => (await guestsAt(office)).length).toBe(1);
    const [card] = await guestsAt(office);
    await ask(ada, 'leave');
    await expect.poll(() => guestsAt(office)).toEqual([]);
    expect(await codeOf(office.api.call('shareLink.answer', { guest: card?.id ?? '', letIn: true }))).toBe(
      'share.unknown',
    );
    // The same by closing the tab.
    const ben = await visit(url, 'Ben');
    await stateOf(ben).toMatchObject({ kind: 'waiting' });
    await expect.poll(async () => (await guestsAt(office)).length).toBe(1);
    await ben.close();
    await expect.poll(() => guestsAt(office), { timeout: 5000 }).toEqual([]);
    const eve = await visit(url, 'Eve');
    await answer(office, eve, true);
    await stateOf(eve).toMatchObject({ kind: 'in' });
  }, 60_000);

  it('lets a guest type after a card, even if the link lets viewers in by itself [S-SHARE-2]', async () => {
    const { url, letIn } = await share({ role: 'type', letIn: true });
    expect(letIn).toBe(false);
    const ada = await visit(url);
    await stateOf(ada).toMatchObject({ kind: 'waiting' });
    await answer(office, ada, true);
    await stateOf(ada).toMatchObject({ kind: 'in', role: 'type' });
    await ask(ada, 'type', 'echo $((6*7))-typed\n');
    await expect.poll(() => printed).toContain('42-typed');
    expect((await guestsAt(office))[0]?.typedAt).not.toBeNull();
  }, 60_000);

  it('lets viewers in by itself if the link says so, one of them with --once [S-SHARE-5]', async () => {
    const { url } = await share({ letIn: true, once: true });
    const ada = await visit(url);
    await stateOf(ada).toMatchObject({ kind: 'in' });
    const ben = await visit(url, 'Ben');
    await stateOf(ben).toEqual({ kind: 'over', code: 'relay.refused.refused' });
    expect((await guestsAt(office)).map(({ name, state }) => [name, state])).toEqual([['Ada', 'in']]);
  }, 60_000);

  it('ends a guest that watches and types all the same [S-SHARE-2]', async () => {
    const { url } = await share({ letIn: true });
    const ada = await visit(url);
    await stateOf(ada).toMatchObject({ kind: 'in', role: 'view' });
    // As a page that its visitor has changed.
    await ask(ada, 'force', 'echo $((6*7))-forced\n');
    await stateOf(ada).toEqual({ kind: 'over', code: 'terminal.view-only' });
    // It is out, whatever its page does.
    expect(await guestsAt(office)).toEqual([]);
    expect((await office.audit('guest.left')).map(({ fields }) => fields['code'])).toContain('terminal.view-only');
    await typeAtLaptop('echo $((6*7))-after\n');
    await expect.poll(() => printed).toContain('42-after');
    expect(printed).not.toContain('forced');
  }, 60_000);

  it('refuses other streams and other terminals to a guest [S-SHARE-4]', async () => {
    const { url } = await share({ letIn: true });
    const ada = await visit(url);
    await stateOf(ada).toMatchObject({ kind: 'in' });
    const tries = [
      ['pty', { action: 'guest' }],
      ['pty', { action: 'view', terminal }],
      ['pty', { action: 'attach', terminal, cols: 80, rows: 24 }],
      ['pty', { action: 'open', cols: 80, rows: 24, term: 'xterm' }],
      ['pty', { action: 'list' }],
      ['exec', { action: 'start' }],
      ['tcp', { to: { host: 'localhost', port: 22 } }],
      ['relay', { to: laptop.peerId }],
      ['rpc', { service: 'about', system: 'linux' }],
      ['file', {}],
      ['message', {}],
    ] as const;
    for (const [kind, params] of tries) expect(await ask(ada, 'open', kind, params)).toBe('share.only');
    await stateOf(ada).toMatchObject({ kind: 'in' });
  }, 60_000);

  it('refuses another stream in place of the one to the terminal of the link [S-SHARE-4]', async () => {
    const { url } = await share({ letIn: true });
    for (const [kind, params] of [
      ['pty', { action: 'view', terminal }],
      ['pty', { action: 'attach', terminal, cols: 80, rows: 24, takeOver: true }],
      ['exec', { action: 'start' }],
    ] as const) {
      const page = await visit(url, 'Mallory', { kind, params });
      await stateOf(page).toEqual({ kind: 'over', code: 'link.refused' });
    }
    expect((await office.api.call('terminal.served', {}))[0]?.viewers).toEqual([]);
  }, 60_000);

  it('ends within a second when it is revoked, while the guest types [S-SHARE-6]', async () => {
    const { url, id } = await share({ role: 'type' });
    const ada = await visit(url);
    await answer(office, ada, true);
    await stateOf(ada).toMatchObject({ kind: 'in' });
    await ask(ada, 'type', 'echo $((6*7))-before\n');
    await expect.poll(() => printed).toContain('42-before');
    await office.api.call('shareLink.end', { id });
    await ask(ada, 'force', 'echo $((6*7))-revoked\n');
    await expect
      .poll(() => ask<State>(ada, 'state'), { timeout: 1000, interval: 50 })
      .toEqual({ kind: 'over', code: 'share.ended' });
    await typeAtLaptop('echo $((6*7))-alone\n');
    await expect.poll(() => printed).toContain('42-alone');
    expect(printed).not.toContain('revoked');
    const late = await visit(url, 'Ben');
    await stateOf(late).toEqual({ kind: 'over', code: 'relay.share' });
  }, 60_000);

  it('expires while a guest types, also on a machine that has slept past its end, and lets no one else in [S-SHARE-6]', async () => {
    onTestFinished(() => {
      ahead = 0;
    });
    const { url } = await share({ role: 'type', seconds: 600 });
    const ada = await visit(url);
    await answer(office, ada, true);
    await stateOf(ada).toMatchObject({ kind: 'in' });
    await ask(ada, 'type', 'echo $((6*7))-intime\n');
    await expect.poll(() => printed).toContain('42-intime');
    ahead = 601_000;
    await ask(ada, 'force', 'echo $((6*7))-late\n');
    await stateOf(ada).toEqual({ kind: 'over', code: 'share.expired' });
    expect(await office.api.call('shareLink.list', {})).toEqual([]);
    await typeAtLaptop('echo $((6*7))-past\n');
    await expect.poll(() => printed).toContain('42-past');
    expect(printed).not.toContain('late');
    await stateOf(await visit(url, 'Ben')).toEqual({ kind: 'over', code: 'relay.share' });
  }, 60_000);

  it('sends one guest away and keeps the others', async () => {
    const { url } = await share({ letIn: true });
    const [ada, ben] = [await visit(url, 'Ada'), await visit(url, 'Ben')];
    for (const page of [ada, ben]) await stateOf(page).toMatchObject({ kind: 'in' });
    const card = (await guestsAt(office)).find(({ name }) => name === 'Ada');
    await office.api.call('shareLink.remove', { guest: card?.id ?? '' });
    await stateOf(ada).toEqual({ kind: 'over', code: 'share.removed' });
    await typeAtLaptop('echo $((6*7))-ben\n');
    await shownTo(ben).toContain('42-ben');
    expect((await guestsAt(office)).map(({ name }) => name)).toEqual(['Ben']);
  }, 60_000);

  it('shares a terminal that this device has open on another machine, through this device', async () => {
    const { url, peerId } = await share({ role: 'type' }, laptop);
    expect(peerId).toBe(office.peerId);
    const ada = await visit(url);
    await answer(laptop, ada, true);
    await stateOf(ada).toMatchObject({ kind: 'in', role: 'type', host: 'laptop' });
    await ask(ada, 'type', 'echo $((6*7))-through\n');
    await shownTo(ada).toContain('42-through');
    expect(await codeOf(share({ terminal: 'f'.repeat(32) }, laptop))).toBe('share.not-open');
  }, 60_000);

  it('leaves a trace of each guest at the machine of the terminal, though another one shares it [S-SHARE-8]', async () => {
    const { url, id } = await share({ role: 'type' }, laptop);
    const grace = await visit(url, 'Grace');
    await answer(laptop, grace, true);
    await stateOf(grace).toMatchObject({ kind: 'in', role: 'type', host: 'laptop' });
    await ask(grace, 'type', 'echo $((6*7))-grace\n');
    await shownTo(grace).toContain('42-grace');
    const [card] = await guestsAt(laptop);
    await laptop.api.call('shareLink.remove', { guest: card?.id ?? '' });
    await laptop.api.call('shareLink.end', { id });
    const heard = async () =>
      (await office.audit('terminal.guest'))
        .filter(({ fields }) => fields['link'] === id)
        .map(({ fields }) => [fields['name'], fields['event'], fields['guest'], fields['code']])
        .toReversed();
    await expect.poll(heard).toEqual([
      ['laptop', 'opened', '', ''],
      ['laptop', 'asked', 'Grace', ''],
      ['laptop', 'let-in', 'Grace', ''],
      ['laptop', 'typed', 'Grace', ''],
      ['laptop', 'left', 'Grace', 'share.removed'],
      ['laptop', 'ended', '', 'share.ended'],
    ]);
    const { entries } = await office.api.call('history.list', { kinds: ['shared'], limit: 50 });
    expect(entries.map(({ peerName, facts, outcome }) => [peerName, facts, outcome])).toContainEqual([
      'laptop',
      [
        { fact: 'guest-typed', value: 'Grace' },
        { fact: 'says', value: 'laptop' },
      ],
      'share.removed',
    ]);
  }, 60_000);

  it.each(['office', 'laptop'])(
    'has the size of the terminal from the start, and follows it, shared at %s',
    async (at) => {
      const sized = (page: Page) =>
        expect.poll(async () => (await ask<{ size: string }>(page, 'shown')).size, { timeout: 10_000 });
      await laptop.api.call('terminal.resize', { channel, cols: 100, rows: 40 });
      const { url } = await share({ role: 'type' }, at === 'office' ? office : laptop);
      const ada = await visit(url);
      await answer(at === 'office' ? office : laptop, ada, true);
      await sized(ada).toBe('100x40');
      await laptop.api.call('terminal.resize', { channel, cols: 110, rows: 36 });
      await sized(ada).toBe('110x36');
      await laptop.api.call('terminal.resize', { channel, cols: 80, rows: 24 });
      await sized(ada).toBe('80x24');
    },
    60_000,
  );

  it('shows a guest by a harmless name, and lets nine knock, of whom eight come in', async () => {
    const { url } = await share({ letIn: true });
    const odd = await visit(url, 'Ada\u061c\u034f evil');
    await stateOf(odd).toMatchObject({ kind: 'in' });
    const [card] = await guestsAt(office);
    expect(card?.name).toBe('Ada evil');
    const control = await visit(url, 'Ada\u001b[2J\u202e');
    await stateOf(control).toMatchObject({ kind: 'over' });
    const pages: Page[] = [];
    for (let count = 2; count <= 8; count += 1) {
      const page = await visit(url, `guest ${count}`);
      await stateOf(page).toMatchObject({ kind: 'in' });
      pages.push(page);
    }
    const ninth = await visit(url, 'guest 9');
    await stateOf(ninth).toEqual({ kind: 'over', code: 'pairing.refused' });
    expect(await guestsAt(office)).toHaveLength(8);
    // Who leaves makes room.
    await ask(odd, 'leave');
    await expect.poll(async () => (await guestsAt(office)).length).toBe(7);
    await stateOf(await visit(url, 'guest 10')).toMatchObject({ kind: 'in' });
  }, 120_000);

  it('leads to a terminal that was watched and shared before, once sharing with all was stopped', async () => {
    const lena = await TestDevice.create({ name: 'lena', dialer: dialerWithPage() });
    lena.agent.start();
    await lena.configure(relay.url, relay.admissionToken);
    await pairDevices(office, lena, { allow: ['view'] });
    const where = { peer: null, terminal };
    await office.api.call('terminal.share', { ...where, with: lena.peerId });
    const size = { cols: 80, rows: 24, term: 'xterm' };
    const view = await lena.api.call('terminal.open', { peer: office.peerId, terminal, view: true, ...size });
    expect(view.terminal).toBe(terminal);
    const before = await visit((await share({ letIn: true })).url);
    await stateOf(before).toMatchObject({ kind: 'in' });
    await office.api.call('terminal.unshare', where);
    await stateOf(before).toMatchObject({ kind: 'over' });
    await expect.poll(() => office.api.call('shareLink.list', {})).toEqual([]);
    const ada = await visit((await share({ letIn: true })).url);
    await stateOf(ada).toMatchObject({ kind: 'in' });
    await typeAtLaptop('echo $((6*7))-again\n');
    await shownTo(ada).toContain('42-again');
    expect(await office.api.call('shareLink.list', {})).toHaveLength(1);
    // So is one with the peer that watched before.
    await office.api.call('terminal.share', { ...where, with: lena.peerId });
    await lena.api.call('terminal.open', { peer: office.peerId, terminal, view: true, ...size });
    expect((await office.api.call('terminal.served', {}))[0]?.viewers).toHaveLength(2);
    await lena.close();
    await office.api.call('peers.forget', { peer: lena.peerId });
  }, 60_000);

  it('shows a relay that records all of a visit no eight bytes of it, nor of the secret of the link [S-LINK-6]', async () => {
    const tap = await WireTap.open(relay);
    const { url } = await share({ role: 'type' });
    const link = new URL(url);
    link.port = new URL(tap.url).port;
    const [name, typed, shown] = [1, 2, 3].map(() => crypto.randomUUID().replaceAll('-', '')) as [
      string,
      string,
      string,
    ];
    const ada = await visit(link.href, name);
    await answer(office, ada, true);
    await stateOf(ada).toMatchObject({ kind: 'in' });
    await ask(ada, 'type', `: ${typed}; printf %s ${shown.slice(0, 16)}; printf '%s\\n' ${shown.slice(16)}\n`);
    await shownTo(ada).toContain(shown);
    expect([tap.count('link') > 0, tap.bytes > 2000]).toEqual([true, true]);
    const secrets = new Map([
      ['name', toUtf8(name)],
      ['typed', toUtf8(typed)],
      ['shown', toUtf8(shown)],
      ['fragment', toUtf8(link.hash.slice(1))],
      ['secret', parseShareSecret(link.hash) ?? new Uint8Array(0)],
    ]);
    expect(found(secrets, tap.recorded)).toEqual([]);
    await tap.close();
  }, 60_000);

  it('ends with the terminal', async () => {
    const { url } = await share({ letIn: true });
    const ada = await visit(url);
    await stateOf(ada).toMatchObject({ kind: 'in' });
    await typeAtLaptop('exit\n');
    await stateOf(ada).toMatchObject({ kind: 'over', code: 'terminal.ended' });
    await expect.poll(async () => (await office.api.call('shareLink.list', {})).length).toBe(0);
  }, 60_000);
});
