import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toUtf8 } from '#shared/bytes/index.ts';
import {
  complaintsOf,
  openAccount,
  pairByCode,
  PERSON,
  rowsOf,
  typeLine,
} from '#test/support/browser/machine-steps.ts';
import { inEachBrowser } from '#test/support/browser/page-browsers.ts';
import { PageScene } from '#test/support/browser/page-scene.ts';
import { readQr } from '#test/support/browser/read-qr.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import { found } from '#test/support/hostile/secrets.ts';
import { WireTap } from '#test/support/hostile/wire-tap.ts';

/** Program that counts, slowly enough that something happens between two numbers, and then makes a file. */
const COUNT = `printf '\\033[2J\\033[H'
i=0
while [ $i -lt $1 ]; do i=$((i+1)); printf '%s,' $i; sleep 0.02; done
echo end-$((6*7))
touch $2
`;
/** All that it prints, without the ends of lines. */
const COUNTED = `${Array.from({ length: 150 }, (_, index) => `${index + 1},`).join('')}end-42`;
/** Longest wait for what comes back, ms. */
const WAIT = { timeout: 60_000 };

/** The page that the relay serves, with all of its policy; everything between both and the machine is seen and kept by who sits in between. */
inEachBrowser('the page of a relay, when its network, relay, tab or permission ends', (kind) => {
  let browser: Browser;
  let scene: PageScene;
  let office: TestDevice;
  let tap: WireTap;
  let page: Page;
  let origin: string;
  let folder: string;
  let complaints: string[];
  const secrets = new Map<string, string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clawreach-count-'));
    await writeFile(join(folder, 'count'), COUNT);
    scene = await PageScene.start({ page: {} }, {});
    ({ office } = scene);
    tap = await WireTap.open(scene.relay);
    // Cookies of sessions need a secure context, which loopback's name is.
    origin = tap.url.replace('ws://127.0.0.1', 'http://localhost');
    await office.configure(origin.replace('http', 'ws'));
    await office.api.call('relay.ready', { timeout: 10_000 });
    browser = await kind.launch();
    page = await openAccount(browser, scene, origin);
    complaints = complaintsOf(page);
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await tap.close();
    await scene.close();
    await rm(folder, { recursive: true, force: true });
  });

  const address = (): string => `${origin}/terminal/${office.peerId}`;
  const shown = (of = page) => expect.poll(() => rowsOf(of).innerText(), WAIT);
  /** All that is on the screen, without the ends of its lines. */
  const text = async (): Promise<string> => (await rowsOf(page).innerText()).replace(/\s/gu, '');
  const screen = () => expect.poll(text, WAIT);
  const browsers = async () => (await office.api.call('peers.list', {})).filter((peer) => peer.browser !== undefined);
  const self = async (): Promise<string> => (await browsers())[0]?.peerId ?? '';
  const served = async (peerId: string): Promise<boolean> =>
    (await office.api.call('terminal.served', {})).some((each) => each.peerId === peerId);

  /** Has the terminal count while something happens to its connection. @returns what is on the screen from the first number to the end */
  async function countWhile(happens: (isOver: () => boolean) => Promise<void>): Promise<string | undefined> {
    const over = join(folder, crypto.randomUUID());
    await typeLine(page, `sh ${folder}/count 150 ${over}`);
    await screen().toContain('1,2,3,');
    await happens(() => existsSync(over));
    await screen().toContain('end-42');
    return /1,2,3,.*end-42/u.exec(await text())?.[0];
  }

  it('shows a code that is typed at the machine, and gets a terminal, with keys that no script can read', async () => {
    await page.goto(address());
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Show code' }).click();
    const code = await dialog.getByRole('group', { name: /^Pairing code/ }).innerText();
    const { peer, words } = await office.api.call('pairing.join', { codeOrLink: code, allow: [] });
    for (const word of words) await dialog.getByText(word, { exact: true }).waitFor();
    await office.api.call('pairing.confirm', { peer: peer.peerId, words, life: '12h' });
    await dialog.getByRole('button', { name: 'They match' }).click();
    await dialog.getByRole('button', { name: 'Open terminal' }).click();
    await rowsOf(page).waitFor();
    secrets.set('typed', crypto.randomUUID().replaceAll('-', ''));
    secrets.set('printed', crypto.randomUUID().replaceAll('-', ''));
    const printed = secrets.get('printed') ?? '';
    await typeLine(
      page,
      `: ${secrets.get('typed') ?? ''}; printf %s ${printed.slice(0, 16)}; printf '%s\\n' ${printed.slice(16)}`,
    );
    await shown().toContain(printed);
    expect(await page.evaluate<unknown>(STEAL_KEYS)).toEqual(Array(4).fill('InvalidAccessError'));
  }, 120_000);

  it('shows the same terminal after a reload, and goes on in another tab once its own is closed', async () => {
    await typeLine(page, 'echo first-$((6*7))');
    await shown().toContain('first-42');
    await page.reload();
    await expect.poll(text, WAIT).toContain('first-42');
    const second = await page.context().newPage();
    await second.goto(page.url());
    await shown(second).toContain('first-42');
    await typeLine(second, 'echo second-$((6*7))');
    await shown(second).toContain('second-42');
    await page.close();
    page = second;
    complaints = complaintsOf(page);
    await typeLine(page, 'echo third-$((6*7))');
    await shown().toContain('third-42');
  }, 120_000);

  it('shows every byte after a restart of the relay', async () => {
    expect(await countWhile(() => scene.restartRelay())).toBe(COUNTED);
  }, 120_000);

  it('shows every byte of what went on while its network was away', async () => {
    const counted = await countWhile(async (isOver) => {
      const mend = tap.cut();
      await expect.poll(isOver, WAIT).toBe(true);
      mend();
    });
    expect(counted).toBe(COUNTED);
  }, 120_000);

  it('shows every byte of what went on while its computer slept, longer than a path may be silent', async () => {
    const peer = await self();
    const counted = await countWhile(async (isOver) => {
      const wake = await kind.suspend(page);
      try {
        await expect.poll(isOver, WAIT).toBe(true);
        await expect.poll(async () => (await office.api.call('terminal.served', {}))[0]?.attached, WAIT).toBe(false);
      } finally {
        await wake();
      }
    });
    expect(counted).toBe(COUNTED);
    expect(await self()).toBe(peer);
  }, 120_000);

  it('loses its terminal when its permission expires, and for good when it is removed, while someone types', async () => {
    const peer = await self();
    const expiresAt = Date.now() + 1500;
    await office.api.call('rights.set', { peer, right: 'terminal', decision: 'allow', expiresAt });
    const typing = async (): Promise<boolean> => {
      await page.keyboard.type(':');
      return await served(peer);
    };
    await expect.poll(typing, WAIT).toBe(false);
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
    await office.api.call('rights.set', { peer, right: 'terminal', decision: 'allow', expiresAt: null });
    await page.goto(address());
    await expect.poll(() => served(peer), WAIT).toBe(true);
    await typeLine(page, 'echo again-$((6*7))');
    await shown().toContain('again-42');
    await office.api.call('peers.forget', { peer });
    const removed = Date.now();
    await expect.poll(typing, { timeout: 1000, interval: 20 }).toBe(false);
    expect(Date.now() - removed).toBeLessThan(1000);
    await page.getByText('has removed this').first().waitFor();
  }, 120_000);

  it('is added by a QR code that an own machine reads, after both people have compared the words', async () => {
    await page.goto(address());
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add with one of my machines' }).click();
    const link = await readQr(dialog.getByRole('img', { name: 'QR code of this machine' }));
    const { adding } = await office.api.call('adding.ask', { peerId: link });
    const view = async () => (await office.api.call('adding.list', {})).find((one) => one.adding === adding);
    await expect.poll(async () => (await view())?.state).toBe('comparing');
    for (const word of (await view())?.other?.words ?? []) await dialog.getByText(word, { exact: true }).waitFor();
    expect(await browsers()).toEqual([]);
    await dialog.getByRole('button', { name: 'They match' }).click();
    await office.api.call('adding.answer', { adding, same: true, life: '12h' });
    await dialog.getByRole('button', { name: 'Open terminal' }).click();
    await typeLine(page, 'echo added-$((6*7))');
    await shown().toContain('added-42');
  }, 120_000);

  it('is another machine once its storage is cleared; its terminal goes on', async () => {
    const before = await self();
    // As a page of this origin whose agent doesn't run.
    await page.goto(`${origin}/llms.txt`);
    await page.evaluate(CLEAR_STORAGE);
    await page.goto(address());
    await pairByCode(page, office);
    const known = (await browsers()).map(({ peerId }) => peerId);
    expect(known).toHaveLength(2);
    expect(known).toContain(before);
    expect(await served(before)).toBe(true);
  }, 120_000);

  it('shows no words where the relay named another machine than this browser to its owner', async () => {
    const attic = await scene.addOwnProject('attic', PERSON.email);
    const thief = await scene.addOwnProject('thief', PERSON.email);
    await attic.configure(origin.replace('http', 'ws'));
    await attic.api.call('relay.ready', { timeout: 10_000 });
    tap.change = (message) => [message.type === 'add-requested' ? { ...message, from: thief.peerId } : message];
    await page.goto(`${origin}/terminal/${attic.peerId}`);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add with one of my machines' }).click();
    await dialog.getByRole('button', { name: 'Ask my machines' }).click();
    await expect.poll(async () => (await attic.api.call('adding.requests', {}))[0]?.peerId).toBe(thief.peerId);
    const { adding } = await attic.api.call('adding.ask', { peerId: thief.peerId });
    const view = async () => (await attic.api.call('adding.list', {})).find((one) => one.adding === adding);
    await expect.poll(async () => (await view())?.state, WAIT).toBe('failed');
    expect(await dialog.getByRole('button', { name: 'They match' }).count()).toBe(0);
    await dialog.getByText('Waiting for the other machine').waitFor();
    expect(await attic.api.call('peers.list', {})).toEqual([]);
    tap.change = (message) => [message];
    await attic.close();
    await thief.close();
  }, 120_000);

  it('has shown who sat in between, and the relay’s disk, no eight bytes of its terminals [S-LINK-6]', async () => {
    expect(tap.count('link')).toBeGreaterThan(0);
    const stored: Uint8Array[] = [];
    for (const entry of await readdir(scene.folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) stored.push(await readFile(join(entry.parentPath, entry.name)));
    const bytes = new Map([...secrets].map(([name, secret]) => [name, toUtf8(secret)]));
    expect(bytes.size).toBe(2);
    expect(found(bytes, [...tap.recorded, ...stored])).toEqual([]);
    expect(complaints).toEqual([]);
  }, 60_000);
});

/** What happens when a script takes the private keys of this browser out: names of the errors. */
const STEAL_KEYS = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('clawreach');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction('keys').objectStore('keys').getAll();
    asked.onsuccess = async () => {
      opening.result.close();
      const [{ signing, agreement }] = asked.result;
      resolve(await Promise.all([signing, agreement].flatMap(({ privateKey }) => ['pkcs8', 'jwk'].map((form) =>
        crypto.subtle.exportKey(form, privateKey).then(() => 'none', ({ name }) => name)))));
    };
  };
})`;

/** What a browser does whose person clears its data. */
const CLEAR_STORAGE = `new Promise((resolve, reject) => {
  const removing = indexedDB.deleteDatabase('clawreach');
  removing.onsuccess = () => resolve(null);
  removing.onerror = () => reject(removing.error);
  removing.onblocked = () => reject(new Error('the agent still runs'));
})`;
