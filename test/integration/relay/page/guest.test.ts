import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import type { CallInput, ShareLinkView } from '#shared/app-api/index.ts';
import { inEachBrowser } from '#test/support/browser/page-browsers.ts';
import { pairDevices, TestDevice } from '#test/support/hostile/device.ts';

/** Longest wait for a state, ms. */
const WAIT = { timeout: 20_000 };

inEachBrowser('the page of a share link, at a relay that serves it', (kind) => {
  let folder: string;
  let relay: RunningRelay;
  let browser: Browser;
  let office: TestDevice;
  let laptop: TestDevice;
  let terminal: string;
  let channel: number;
  /** Time by which the clock of office is ahead, ms: as if it had slept. */
  let ahead = 0;

  const start = (port: number): Promise<RunningRelay> =>
    startRelay({
      dataDirectory: folder,
      listen: { host: '127.0.0.1', port },
      tls: { mode: 'off' },
      page: {},
      rates: { guestsPerAddress: { burst: 100, perSecond: 10 } },
    });
  const device = (name: string, clock = systemClock): Promise<TestDevice> =>
    TestDevice.create({ name, clock, dialer: createRelayDialer({ clock: systemClock }) });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    relay = await start(0);
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    [office, laptop] = [await device('office', clock), await device('laptop')];
    for (const each of [office, laptop]) {
      each.agent.start();
      await each.configure(relay.url, relay.admissionToken);
    }
    await pairDevices(office, laptop, { allow: ['terminal'] });
    const size = { cols: 60, rows: 12, term: 'xterm' };
    ({ terminal, channel } = await laptop.api.call('terminal.open', { peer: office.peerId, ...size }));
    browser = await kind.launch();
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await laptop.close();
    await office.close();
    await relay.close({ drain: 0 });
    await rm(folder, { recursive: true, force: true });
  });

  async function share(
    role: ShareLinkView['role'],
    more: Partial<CallInput<'shareLink.create'>> = {},
  ): Promise<ShareLinkView> {
    return await office.api.call('shareLink.create', { peer: null, terminal, role, ...more });
  }

  /** Opens a link in a new profile, and asks to come in. */
  async function knock(url: string, name: string): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 900, height: 640 } });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Ask to come in' }).click();
    return page;
  }

  async function enter(url: string, name: string): Promise<Page> {
    const page = await knock(url, name);
    await page.getByText('Waiting to be let in').waitFor();
    return page;
  }

  /** Opens a link, and lets the guest in by its card. */
  async function letIn(url: string, name: string): Promise<Page> {
    const page = await enter(url, name);
    const card = async () => (await guests()).find((guest) => guest.name === name);
    await expect.poll(card, WAIT).toBeDefined();
    await office.api.call('shareLink.answer', { guest: (await card())?.id ?? '', letIn: true });
    await page.getByText(/You can type|View only/u).waitFor();
    return page;
  }

  /** Types into the terminal that a guest sees, which may do nothing with it. */
  async function typeAs(page: Page, typed: string): Promise<void> {
    await page.locator('.xterm-screen').click();
    await page.keyboard.type(typed);
  }

  const guests = async () => (await office.api.call('shareLink.list', {})).flatMap((link) => link.guests);
  const heard = (): string => office.shell.last.heardText;
  const print = (text: string): Promise<void> => laptop.api.channel(channel).write(new TextEncoder().encode(text));
  const shownTo = (page: Page) =>
    expect.poll(() => page.locator('.xterm-rows, .xterm-screen').first().textContent(), WAIT);

  it('shows the words that the host sees, then the terminal; typed keys reach the program, and it says how it ended', async () => {
    const { url, id } = await share('type');
    const page = await enter(url, 'Ada');
    await expect.poll(async () => (await guests()).length, WAIT).toBe(1);
    const [guest] = await guests();
    const shown = await page.locator('ol > li').allTextContents();
    expect(shown).toEqual(guest?.words);
    expect(await page.getByText('could read this session if it changed the page').count()).toBe(1);
    await office.api.call('shareLink.answer', { guest: guest?.id ?? '', letIn: true });
    await page.getByText('You can type').waitFor();
    await typeAs(page, 'hello-from-a-guest');
    await expect.poll(heard).toContain('hello-from-a-guest');
    await office.api.call('shareLink.end', { id });
    await page.getByText('The sharing has ended.').waitFor();
    await page.context().close();
  }, 60_000);

  it('says that it was declined, and that a link is wrong or over', async () => {
    const { url, id } = await share('view');
    const page = await enter(url, 'Ben');
    await expect.poll(async () => (await guests()).length, WAIT).toBe(1);
    await office.api.call('shareLink.answer', { guest: (await guests())[0]?.id ?? '', letIn: false });
    await page.getByText("You weren't let in.").waitFor();
    await office.api.call('shareLink.end', { id });
    await page.reload();
    await page.getByLabel('Your name').fill('Ben');
    await page.getByRole('button', { name: 'Ask to come in' }).click();
    await page.getByText('Nothing is shared by this link now.').waitFor();
    await page.goto(url.slice(0, -4));
    await page.reload();
    await page.getByText("This link isn't complete.").waitFor();
    await page.context().close();
    expect(await guests()).toEqual([]);
  }, 60_000);

  it('shows two guests the same, of whom one may type; the other one’s keys reach nobody, and its browser keeps nothing', async () => {
    const [views, types] = [await share('view'), await share('type')];
    const [ada, ben] = [await letIn(views.url, 'Ada'), await letIn(types.url, 'Ben')];
    await print('for-both');
    for (const page of [ada, ben]) await shownTo(page).toContain('for-both');
    await typeAs(ada, 'from-ada');
    await typeAs(ben, 'from-ben');
    await expect.poll(heard).toContain('from-ben');
    expect(heard()).not.toContain('from-ada');
    expect(await ada.getByText('View only').count()).toBe(1);
    expect((await office.api.call('terminal.served', {}))[0]?.viewers.map(({ name }) => name)).toEqual(['Ada', 'Ben']);
    const kept = `(async () => [...(await indexedDB.databases()), ...Object.keys(localStorage), ...Object.keys(sessionStorage)])()`;
    expect(await ada.evaluate(kept)).toEqual([]);
    for (const { id } of [views, types]) await office.api.call('shareLink.end', { id });
    for (const page of [ada, ben]) await page.context().close();
  }, 60_000);

  it('ends at once when it is revoked while a guest types, and a link for one is good for one', async () => {
    const { url, id } = await share('type', { once: true });
    const ada = await letIn(url, 'Ada');
    const ben = await knock(url, 'Ben');
    await ben.getByText('This link lets no one in any more.').waitFor();
    await typeAs(ada, 'before-the-end');
    await expect.poll(heard).toContain('before-the-end');
    await office.api.call('shareLink.end', { id });
    await ada.keyboard.type('after-the-end');
    await ada.getByText('The sharing has ended.').waitFor();
    expect(heard()).not.toContain('after');
    expect(await guests()).toEqual([]);
    for (const page of [ada, ben]) await page.context().close();
  }, 60_000);

  it('ends when its time is over, also on a machine that has slept past it, while a guest types', async () => {
    onTestFinished(() => {
      ahead = 0;
    });
    const { url } = await share('type', { seconds: 600 });
    const ada = await letIn(url, 'Ada');
    await typeAs(ada, 'in-time');
    await expect.poll(heard).toContain('in-time');
    ahead = 601_000;
    await ada.keyboard.type('too-late');
    await ada.getByText('The link has expired.').waitFor();
    expect(heard()).not.toContain('too-late');
    expect(await office.api.call('shareLink.list', {})).toEqual([]);
    await ada.reload();
    await ada.getByLabel('Your name').fill('Ada');
    await ada.getByRole('button', { name: 'Ask to come in' }).click();
    await ada.getByText('Nothing is shared by this link now.').waitFor();
    await ada.context().close();
  }, 60_000);

  it('comes back by itself after a restart of the relay, without another card', async () => {
    const { url } = await share('view');
    const page = await enter(url, 'Cleo');
    await expect.poll(async () => (await guests()).length, WAIT).toBe(1);
    await office.api.call('shareLink.answer', { guest: (await guests())[0]?.id ?? '', letIn: true });
    await page.getByText('View only').waitFor();
    const { port } = relay;
    await relay.close({ drain: 0 });
    await page.getByText('Connection lost').waitFor({ timeout: 30_000 });
    relay = await start(port);
    await page.getByText('Connection lost').waitFor({ state: 'detached', timeout: 60_000 });
    await expect.poll(async () => (await guests())[0]?.state, WAIT).toBe('in');
    await print('after-the-restart');
    await shownTo(page).toContain('after-the-restart');
    await page.context().close();
  }, 120_000);
});
