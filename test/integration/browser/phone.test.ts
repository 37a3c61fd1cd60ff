import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import { PageScene } from '#test/support/browser/page-scene.ts';
import { findChromium, launchChromium } from '#test/support/chromium/launch.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { qrFilm, qrPng } from '#test/support/renderer/qr-pictures.ts';
import { axeFindings, namelessControls } from '#test/support/window/accessibility.ts';

const PERSON = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple 42' };
const PHOTOS = process.env['CLAWREACH_TEST_PHOTOS'];

/** A phone: 360 × 640, fingers, and a camera before which somebody holds the QR code of a machine. */
describe.skipIf(findChromium() === undefined)('the page of a relay on a phone', () => {
  let browser: Browser;
  let context: BrowserContext;
  let scene: PageScene;
  let page: Page;
  let origin: string;
  let folder: string;
  let invited: ReturnType<typeof result>;
  const result = (pairing: number) => scene.office.api.call('pairing.result', { pairing });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clawreach-phone-'));
    scene = await PageScene.start({ page: {} }, { gateways: createGatewayMachine({ clock: systemClock }) });
    origin = `http://localhost:${scene.relay.port}`;
    // A page reaches its own relay only, by the name that it has for the page.
    await scene.office.configure(origin.replace('http', 'ws'));
    await scene.office.api.call('relay.ready', { timeout: 10_000 });
    const { pairing, link } = await scene.office.api.call('pairing.invite', { allow: ['terminal'], link: true });
    invited = result(pairing);
    // Also where the test that waits for it isn't run.
    invited.catch(() => undefined);
    const film = join(folder, 'camera.y4m');
    await writeFile(film, qrFilm(link ?? ''));
    browser = await launchChromium({
      camera: film,
      args: ['--allow-loopback-in-peer-connection'],
    });
    context = await browser.newContext({
      viewport: { width: 360, height: 640 },
      isMobile: true,
      hasTouch: true,
      locale: 'en',
      reducedMotion: 'reduce',
      colorScheme: process.env['CLAWREACH_TEST_THEME'] === 'dark' ? 'dark' : 'light',
    });
    await context.grantPermissions(['camera', 'notifications'], { origin });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const link1 = await readFile(join(scene.folder, 'first-account.txt'), 'utf8');
    await page.goto(link1.trim().replace(/^https?:\/\/[^/]+/, origin));
    await page.getByLabel('Name', { exact: true }).fill(PERSON.name);
    await page.getByLabel('E-mail address').fill(PERSON.email);
    await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(`${origin}/dashboard`);
    scene.adopt(PERSON.email);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await scene.close();
    await rm(folder, { recursive: true, force: true });
  });

  const photo = async (name: string): Promise<void> => {
    if (PHOTOS !== undefined) await page.screenshot({ path: join(PHOTOS, `${name}.png`) });
  };
  const rows = (): ReturnType<Page['locator']> => page.locator('.xterm-rows').first();
  const key = (name: string) =>
    page.getByRole('toolbar', { name: 'Terminal keys' }).getByRole('button', { name, exact: true });
  const notices = (): Promise<readonly Readonly<{ title: string; body: string; data: unknown }>[]> =>
    page.evaluate(`navigator.serviceWorker.ready
      .then((registration) => registration.getNotifications())
      .then((all) => all.map(({ title, body, data }) => ({ title, body, data })))`);
  /** Tells the page that no one sees it, or that someone does: a browser without a screen shows every page. */
  const hide = (isHidden: boolean): Promise<void> =>
    page.evaluate(`(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${isHidden ? 'hidden' : 'visible'}' });
      document.dispatchEvent(new Event('visibilitychange'));
    })()`);

  /** Peer ID of the phone, as the machine knows it. */
  const phone = async (): Promise<string> =>
    (await scene.office.api.call('peers.list', {})).find(({ browser: isBrowser }) => isBrowser !== undefined)?.peerId ??
    '';
  /** A person at the machine lets the phone answer its requests, or no more. */
  const letAnswer = async (answers: boolean): Promise<void> => {
    await scene.office.api.call('peers.setAnswers', { peer: await phone(), answers });
  };
  /** Pairs another machine with the one of the test, without any right. Returns a function with which it asks for something there. */
  const pairLaptop = async (): Promise<() => Promise<unknown>> => {
    const { office } = scene;
    const laptop = await scene.addOwnProject('laptop', PERSON.email);
    onTestFinished(() => laptop.close());
    const { pairing, code } = await office.api.call('pairing.invite', { allow: [] });
    const paired = result(pairing);
    const joined = await laptop.api.call('pairing.join', { codeOrLink: code ?? '', allow: [] });
    const { words } = await paired;
    await office.api.call('pairing.confirm', { peer: laptop.peerId, words: [...words] });
    await laptop.api.call('pairing.confirm', { peer: joined.peer.peerId, words: [...words] });
    return () => {
      const asked = laptop.api.call('terminal.list', { peer: office.peerId });
      asked.catch(() => undefined);
      return asked;
    };
  };
  /** Clicks the notification, as the service worker learns of it. */
  const clickNotice = async (): Promise<void> => {
    const [worker] = context.serviceWorkers();
    await worker?.evaluate(`self.registration.getNotifications().then(([notification]) =>
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification })))`);
  };

  it('asks for notifications by a click in the settings', async () => {
    await page.goto(`${origin}/settings`);
    const notifications = page.getByRole('switch', { name: 'Notifications' });
    expect(await notifications.isChecked()).toBe(false);
    await notifications.tap();
    await expect.poll(() => notifications.isChecked()).toBe(true);
    await notifications.scrollIntoViewIfNeeded();
    await photo('settings');
    await page.reload();
    await expect.poll(() => notifications.isChecked()).toBe(true);
  });

  it('pairs by scanning the code of a machine, and says while hidden that words wait', async () => {
    await page.goto(`${origin}/dashboard`);
    await page.getByText('Admitted by').first().waitFor();
    await photo('machines');
    await page.getByRole('listitem').filter({ hasText: 'Admitted by' }).getByRole('button').first().tap();
    await page.waitForURL(`${origin}/terminal/${scene.office.peerId}`);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Scan with camera' }).tap();
    await page.locator('[data-scan="done"]').waitFor();
    await photo('scanned');
    // No machine lets it answer requests: of the window's pages, the dock has these.
    expect(await page.locator('nav').allInnerTexts()).toEqual(['Machines\nTerminals\nMore']);
    await hide(true);
    await page.locator('form').getByRole('button', { name: 'Pair', exact: true }).tap();
    const { peer, words } = await invited;
    for (const word of words) await dialog.getByText(word, { exact: true }).waitFor();
    await expect.poll(notices).toEqual([
      {
        title: 'Compare four words',
        body: 'A machine is about to be paired with this browser. It waits for you.',
        data: { path: `/terminal/${scene.office.peerId}` },
      },
    ]);
    await hide(false);
    await expect.poll(notices).toEqual([]);
    await photo('words');
    await scene.office.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    await dialog.getByRole('button', { name: 'They match' }).tap();
    await dialog.getByRole('button', { name: 'Open terminal' }).tap();
    await rows().waitFor();
  }, 120_000);

  it('types with the keys that an on-screen keyboard lacks', async () => {
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => rows().innerText()).toMatch(/[#$] /);
    await key('Show or hide keyboard').tap();
    await page.keyboard.type('echo begin; cat\n');
    await expect.poll(() => rows().innerText()).toContain('begin\n');
    await key('Ctrl for the next key').tap();
    await page.keyboard.type('c');
    await page.keyboard.type('echo up-$((6*7))\n');
    await expect.poll(() => rows().innerText()).toContain('up-42');
    // A shell without a line editor shows what an arrow sends.
    await key('Vertical bar').tap();
    await key('Tilde').tap();
    await key('Up').tap();
    await expect.poll(() => rows().innerText()).toContain('|~^[[A');
    await key('Ctrl C: interrupt').tap();
    expect([...(await axeFindings(page)), ...(await namelessControls(page))]).toEqual([]);
    await photo('terminal');
  }, 60_000);

  it('shows prompt and keys above an on-screen keyboard', async () => {
    // `interactive-widget` in the page has the browser make it smaller by the keyboard.
    await page.setViewportSize({ width: 360, height: 340 });
    const bottomOf = (selector: string): Promise<number> =>
      page.evaluate(
        `Math.max(...[...document.querySelectorAll('${selector}')].map((each) => each.getBoundingClientRect().bottom))`,
      );
    await expect.poll(() => bottomOf('[role="toolbar"]')).toBeLessThanOrEqual(340);
    await page.keyboard.type('echo above-$((6*7))\n');
    await expect.poll(() => rows().innerText()).toContain('above-42');
    const keysTop = await page.evaluate<number>(
      `document.querySelector('[role="toolbar"]').getBoundingClientRect().top`,
    );
    const line = page
      .locator('.xterm-rows > div')
      .filter({ hasText: /^above-42/ })
      .last();
    const box = await line.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(keysTop);
    expect(await page.evaluate(`document.documentElement.scrollWidth`)).toBeLessThanOrEqual(360);
    await photo('keyboard');
    await page.setViewportSize({ width: 360, height: 640 });
  }, 60_000);

  it('answers a request of a machine that lets it, led there by a notification that names nothing [S-ANSWER-1]', async () => {
    const { office } = scene;
    const waiting = async () => await office.api.call('approvals.list', {});
    const own = await phone();
    const dock = page.locator('nav').getByText('Inbox');
    // A try before this one may have ended anywhere: its machine is closed, and its requests went with it.
    await letAnswer(false);
    await hide(false);
    await dock.waitFor({ state: 'detached' });
    await expect.poll(waiting).toEqual([]);
    await expect.poll(notices).toEqual([]);
    const request = await pairLaptop();
    await hide(true);

    // A request that this browser may not see.
    const unseen = request();
    await expect.poll(async () => (await waiting()).length).toBe(1);
    expect(await notices()).toEqual([]);
    expect(await dock.count()).toBe(0);

    // Once a person at the machine lets it, the same request is there, and goes when it is answered at the machine.
    await letAnswer(true);
    const notice = {
      title: 'A request waits',
      body: 'A machine asks whether you allow something. Open ClawReach to answer.',
      data: { path: expect.stringMatching(/^\/terminal\//), request: expect.any(Number) },
    };
    await expect.poll(notices, { timeout: 20_000 }).toEqual([notice]);
    await office.api.call('approvals.decide', { id: (await waiting())[0]?.id ?? 0, decision: 'approve' });
    await unseen;
    await expect.poll(notices).toEqual([]);

    const second = request();
    await expect.poll(notices, { timeout: 20_000 }).toEqual([notice]);
    await clickNotice();
    await hide(false);
    const row = page.getByRole('listitem').filter({ hasText: 'laptop' });
    await row.getByText(/wants to list its terminals on .?office/).waitFor();
    await photo('request');
    expect(await row.getByRole('button', { name: 'More answers' }).count()).toBe(0);
    await row.getByRole('button', { name: /^Approve once/ }).tap();
    await second;
    await row.waitFor({ state: 'detached' });
    const audit = await office.api.call('audit.list', { limit: 50 });
    expect(audit.find(({ event }) => event === 'browser.answered')?.fields).toMatchObject({ peer: own });

    await letAnswer(false);
    await dock.waitFor({ state: 'detached' });
  }, 120_000);

  it('answers a request of an OpenClaw gateway of a machine; the gateway hears it, and the request is gone [S-ANSWER-1]', async () => {
    const { office } = scene;
    const gateway = await GatewayDouble.start({ autoApproveLocal: true });
    onTestFinished(() => gateway.stop());
    const { hostname, port } = new URL(gateway.url);
    const { id } = await office.api.call('gateways.add', {
      settings: {
        name: 'Lab',
        endpoint: { host: hostname, port: Number(port), tls: true, path: '/' },
        fingerprint: gateway.fingerprint ?? '',
        operator: { enabled: true, access: 'full' },
        node: { enabled: false, name: 'office', capabilities: [] },
      },
      token: gateway.secret.value,
    });
    onTestFinished(async () => void (await office.api.call('gateways.remove', { gateway: id })));
    const state = async () => (await office.api.call('gateways.list', {})).find((one) => one.id === id)?.operator.state;
    await expect.poll(state, { timeout: 20_000 }).toBe('connected');
    await letAnswer(true);
    await page.locator('nav').getByText('Inbox').waitFor();
    await hide(true);
    await expect.poll(notices).toEqual([]);

    const allowedDecisions = ['allow-once', 'allow-always', 'deny'];
    const asked = gateway.operator.ask('exec', {
      command: 'uptime -p',
      cwd: '/srv',
      host: 'gateway',
      allowedDecisions,
    });
    await expect.poll(notices, { timeout: 20_000 }).toEqual([
      {
        title: 'A request waits',
        body: 'A machine asks whether you allow something. Open ClawReach to answer.',
        data: { path: expect.stringMatching(/^\/terminal\//), request: expect.any(String) },
      },
    ]);
    await clickNotice();
    await hide(false);
    const row = page.getByRole('listitem').filter({ hasText: 'uptime -p' });
    await row.getByText(/wants to run a command at .?Lab/).waitFor();
    await photo('gateway-request');
    // What lasts isn't offered in a browser.
    expect(await row.getByRole('button', { name: /always/i }).count()).toBe(0);
    await row.getByRole('button', { name: /^Approve once/ }).tap();
    expect((await gateway.operator.decision(asked.id)).decision).toBe('allow-once');
    await row.waitFor({ state: 'detached' });
    await expect.poll(notices).toEqual([]);
    await letAnswer(false);
  }, 120_000);

  it('tells of a request also at the list of machines, and leads from there to the request', async () => {
    const request = await pairLaptop();
    await letAnswer(true);
    await page.goto(`${origin}/dashboard`);
    await page.getByRole('heading', { name: 'Machines', level: 1 }).waitFor();
    await hide(true);
    // No window has started the agent of this page.
    const own = await phone();
    const isOnline = async () =>
      (await scene.office.api.call('peers.list', {})).find(({ peerId }) => peerId === own)?.online;
    await expect.poll(isOnline, { timeout: 30_000 }).toBe(true);
    const asked = request();
    await expect.poll(notices, { timeout: 30_000 }).toEqual([
      {
        title: 'A request waits',
        body: 'A machine asks whether you allow something. Open ClawReach to answer.',
        data: { path: `/terminal/${own}`, request: expect.any(Number) },
      },
    ]);
    expect(new URL(page.url()).pathname).toBe('/dashboard');
    await clickNotice();
    await hide(false);
    const row = page.getByRole('listitem').filter({ hasText: 'laptop' });
    await row.getByRole('button', { name: /^Approve once/ }).tap();
    await asked;
    await row.waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe(`/terminal/${own}`);
    await letAnswer(false);
  }, 120_000);

  it('says why there is no camera, and pairs without one by the link', async () => {
    await page.goto(`${origin}/terminal/${scene.office.peerId}`);
    await rows().waitFor();
    await context.clearPermissions();
    // What isn't granted is refused from now on; a permission that was only cleared is asked for, and no one answers here.
    await context.grantPermissions(['notifications'], { origin });
    // The address of a machine that this browser doesn't know leads to pairing.
    let answer = (): void => undefined;
    const isAnswered = new Promise<void>((resolve) => (answer = resolve));
    onTestFinished(() => page.unroute('**/api/v1/projects/*/devices'));
    await page.route('**/api/v1/projects/*/devices', async (route) => {
      await isAnswered;
      await route.continue();
    });
    await page.evaluate(`history.pushState(null, '', '/terminal/${scene.office.peerId.replace(/^.{4}/, '0000')}');
      dispatchEvent(new PopStateEvent('popstate'))`);
    await page.getByRole('button', { name: 'Scan with camera' }).tap();
    await page.locator('[data-scan="refused"]').waitFor();
    // The relay says late that it doesn't know the machine: what the person has begun stays.
    expect(await page.getByRole('button', { name: 'Ask my machines' }).count()).toBe(0);
    answer();
    await page.getByRole('button', { name: 'Ask my machines' }).waitFor();
    expect(await page.locator('[data-scan="refused"]').count()).toBe(1);
    await photo('refused');
    await page.locator('input[type="file"]').setInputFiles({
      name: 'other.png',
      mimeType: 'image/png',
      buffer: qrPng('https://evil.example/pair?clawreach://pair?v=1'),
    });
    await page.locator('[data-scan="other"]').waitFor();
    const { link } = await scene.office.api.call('pairing.invite', { allow: [], link: true });
    await page.locator('input[type="file"]').setInputFiles({
      name: 'invitation.png',
      mimeType: 'image/png',
      buffer: qrPng(link ?? ''),
    });
    await page.locator('[data-scan="done"]').waitFor();
    expect(await page.getByLabel('Code or link').inputValue()).toBe(link);
  }, 60_000);
});
