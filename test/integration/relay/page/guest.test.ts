import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import type { ShareLinkView } from '#shared/app-api/index.ts';
import { findChromium, launchChromium } from '#test/support/chromium/launch.ts';
import { pairDevices, TestDevice } from '#test/support/hostile/device.ts';

/** Longest wait for a state, ms. */
const WAIT = { timeout: 20_000 };

describe.skipIf(findChromium() === undefined)('the page of a share link, at a relay that serves it', () => {
  let folder: string;
  let relay: RunningRelay;
  let browser: Browser;
  let office: TestDevice;
  let laptop: TestDevice;
  let terminal: string;
  let channel: number;

  const start = (port: number): Promise<RunningRelay> =>
    startRelay({
      dataDirectory: folder,
      listen: { host: '127.0.0.1', port },
      tls: { mode: 'off' },
      page: {},
      rates: { guestsPerAddress: { burst: 100, perSecond: 10 } },
    });
  const device = (name: string): Promise<TestDevice> =>
    TestDevice.create({ name, dialer: createRelayDialer({ clock: systemClock }) });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    relay = await start(0);
    [office, laptop] = [await device('office'), await device('laptop')];
    for (const each of [office, laptop]) {
      each.agent.start();
      await each.configure(relay.url, relay.admissionToken);
    }
    await pairDevices(office, laptop, { allow: ['terminal'] });
    const size = { cols: 60, rows: 12, term: 'xterm' };
    ({ terminal, channel } = await laptop.api.call('terminal.open', { peer: office.peerId, ...size }));
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await laptop.close();
    await office.close();
    await relay.close({ drain: 0 });
    await rm(folder, { recursive: true, force: true });
  });

  async function share(role: ShareLinkView['role']): Promise<ShareLinkView> {
    return await office.api.call('shareLink.create', { peer: null, terminal, role });
  }

  async function enter(url: string, name: string): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 900, height: 640 } });
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Ask to come in' }).click();
    await page.getByText('Waiting to be let in').waitFor();
    return page;
  }

  const guests = async () => (await office.api.call('shareLink.list', {})).flatMap((link) => link.guests);

  it('shows the words that the host sees, then the terminal; typed keys reach the program, and it says how it ended', async () => {
    const { url, id } = await share('type');
    const page = await enter(url, 'Ada');
    await expect.poll(async () => (await guests()).length, WAIT).toBe(1);
    const [guest] = await guests();
    const shown = await page.locator('ol > li').allTextContents();
    expect(shown).toEqual(guest?.words);
    expect(await page.getByText('could read this session if it changed the page').count()).toBe(1);
    await page.getByText(/^Page [0-9a-f]{16}$/).waitFor();
    await office.api.call('shareLink.answer', { guest: guest?.id ?? '', letIn: true });
    await page.getByText('You can type').waitFor();
    await page.locator('.xterm-screen').click();
    await page.keyboard.type('hello-from-a-guest');
    await expect.poll(() => office.shell.last.heardText).toContain('hello-from-a-guest');
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
    // No name is asked for what has ended.
    await page.getByText('Nothing is shared by this link now.').waitFor();
    expect(await page.getByLabel('Your name').count()).toBe(0);
    await page.goto(url.slice(0, -4));
    await page.reload();
    await page.getByText("This link isn't complete.").waitFor();
    await page.context().close();
    expect(await guests()).toEqual([]);
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
    await laptop.api.channel(channel).write(new TextEncoder().encode('after-the-restart'));
    await expect
      .poll(async () => await page.locator('.xterm-rows, .xterm-screen').first().textContent(), { timeout: 20_000 })
      .toContain('after-the-restart');
    await page.context().close();
  }, 120_000);
});
