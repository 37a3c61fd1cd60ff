import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { PageScene } from '#test/support/browser/page-scene.ts';
import { enterCode, fill, press, says, shows, typeThere, until } from '#test/support/browser/page-steps.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import { Firefox, inFirefox, tellLeftOut, type FirefoxPage } from '#test/support/firefox/firefox.ts';

const PERSON = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple 42' };

/** The page as the relay serves it, with its policy on: what `dashboard-machine.test.ts` shows in Chromium, in fewer steps. */
inFirefox('the page of a relay', () => {
  tellLeftOut(
    'a direct path over UDP',
    'it gives no data channel to a worker, so all goes through the relay (ADR 49).',
  );

  let firefox: Firefox;
  let scene: PageScene;
  /** Machine of a project of the person's own. */
  let attic: TestDevice;
  let page: FirefoxPage;
  let origin: string;

  beforeAll(async () => {
    scene = await PageScene.start({ page: {} });
    // Cookies of sessions need a secure context, which loopback's name is.
    origin = `http://localhost:${scene.relay.port}`;
    firefox = await Firefox.launch({ policy: true });
  }, 120_000);
  afterAll(async () => {
    await firefox.close();
    await scene.close();
  });

  const prompt = (of: FirefoxPage): Promise<void> =>
    until(of, `/[#$]\\s*$/m.test(document.querySelector('.xterm-rows')?.innerText)`);
  const runs = async (of: FirefoxPage, word: string): Promise<void> => {
    await typeThere(of, `echo ${word}-$((6*7))\n`);
    await shows(of, `${word}-42`);
  };

  it('signs a person up, under a policy that lets nothing be evaluated', async () => {
    const link = await readFile(join(scene.folder, 'first-account.txt'), 'utf8');
    page = await firefox.open(link.trim().replace(/^https?:\/\/[^/]+/, origin));
    await fill(page, 'Name', PERSON.name);
    await fill(page, 'E-mail address', PERSON.email);
    await fill(page, 'Password', PERSON.password);
    await press(page, 'Create account');
    await until(page, `location.pathname === '/dashboard'`);
    expect(
      await page.evaluate(
        `(() => { try { return (0, eval)('"evaluated"'); } catch (error) { return error.name; } })()`,
      ),
    ).toBe('EvalError');
    scene.adopt(PERSON.email);
  }, 120_000);

  it('runs nothing inline, calls no other origin, and makes no frame [S-PAGE-7]', async () => {
    let asked = 0;
    // It lets everyone read.
    const foreign = createServer((request, response) => {
      if (request.url !== '/favicon.ico') asked += 1;
      response.setHeader('Access-Control-Allow-Origin', '*').end('document.title = "foreign"');
    });
    await new Promise<void>((resolve) => void foreign.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void foreign.close());
    const elsewhere = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
    /** Adds an element, and returns the directive that refused it. */
    const refused = (element: string): Promise<string> =>
      page.evaluate<string>(`new Promise((resolve) => {
        addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective), { once: true });
        document.body.append(Object.assign(${element}));
      })`);
    expect(await refused(`document.createElement('script'), { textContent: 'document.title = "inline"' }`)).toBe(
      'script-src-elem',
    );
    expect(await refused(`document.createElement('script'), { src: '${elsewhere}/x.js' }`)).toBe('script-src-elem');
    expect(await refused(`document.createElement('iframe'), { src: '${elsewhere}/' }`)).toBe('frame-src');
    expect(await refused(`document.createElement('img'), { src: '${elsewhere}/x.png' }`)).toBe('img-src');
    expect(
      await refused(
        `(() => { const button = document.createElement('button'); button.setAttribute('onclick', 'document.title = "handler"'); button.click(); return button; })(), {}`,
      ),
    ).toBe('script-src-attr');
    const calls = (code: string): Promise<string> =>
      page.evaluate<string>(`(async () => { ${code} })().then(() => 'worked', (error) => error.name)`);
    expect(await calls(`await fetch('${elsewhere}/data')`)).toBe('TypeError');
    expect(await calls(`await fetch('${elsewhere}/data', { mode: 'no-cors' })`)).toBe('TypeError');
    expect(
      await calls(
        `await new Promise((done, fail) => { const socket = new WebSocket('${elsewhere.replace('http', 'ws')}'); socket.onopen = done; socket.onerror = () => fail(new TypeError()); })`,
      ),
    ).not.toBe('worked');
    // Each of them would have changed it.
    expect(await page.evaluate('document.title')).toMatch(/ClawReach$/);
    expect(asked).toBe(0);
    await page.reload();
  }, 120_000);

  it('pairs by a code, opens a terminal, and has it again after a reload', async () => {
    await page.go(`${origin}/terminal/${scene.office.peerId}`);
    await says(page, 'Pair this browser with');
    const { pairing, code } = await scene.office.api.call('pairing.invite', { allow: ['terminal'] });
    const invited = scene.office.api.call('pairing.result', { pairing });
    await enterCode(page, code ?? '');
    const { peer, words } = await invited;
    await scene.office.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    const dialog = `document.querySelector('[role=dialog]')?.innerText`;
    await until(page, `${JSON.stringify(words)}.every((word) => ${dialog}.includes(word))`);
    await press(page, 'They match');
    await press(page, 'Open terminal');
    await prompt(page);
    await runs(page, 'first');
    await page.reload();
    await shows(page, 'first-42');
    await runs(page, 'again');
    expect((await scene.office.api.call('peers.list', {}))[0]?.browser).toBeDefined();
    // No data channel of Firefox can be given to a worker, so nothing goes directly.
    expect(
      await page.evaluate(
        `(() => { const channel = new RTCPeerConnection().createDataChannel('moved'); try { structuredClone(channel, { transfer: [channel] }); return 'moved'; } catch (error) { return error.name; } })()`,
      ),
    ).toBe('DataCloneError');
    await until(page, `/^Relay · /m.test(document.body.innerText)`);
  }, 180_000);

  it('opens another terminal in a second tab, which goes on when the first one with the agent is closed', async () => {
    const second = await firefox.open(`${origin}/terminal/${scene.office.peerId}`);
    await prompt(second);
    await runs(second, 'second');
    await runs(page, 'still');
    await page.close();
    // The agent starts in the second tab now. What is typed before goes nowhere, so a person types again.
    await expect
      .poll(
        async () => {
          await typeThere(second, 'echo alone-$((6*7))\n');
          return await second.evaluate<boolean>(`document.querySelector('.xterm-rows').innerText.includes('alone-42')`);
        },
        { timeout: 60_000, interval: 1000 },
      )
      .toBe(true);
    expect(await second.evaluate(`document.querySelectorAll('.xterm').length`)).toBe(1);
    page = second;
  }, 180_000);

  it('says that its machine has removed it', async () => {
    const [browser] = await scene.office.api.call('peers.list', {});
    await scene.office.api.call('peers.forget', { peer: browser?.peerId ?? '' });
    await says(page, 'removed');
    expect(await scene.office.api.call('peers.list', {})).toEqual([]);
  }, 120_000);

  it('asks the machines of its account, whose person compares the words, and opens a terminal [S-APPROVE-5]', async () => {
    attic = await scene.addOwnProject('attic', PERSON.email);
    await page.go(`${origin}/terminal/${attic.peerId}`);
    await press(page, 'Ask my machines');
    await says(page, 'Your machines were asked');
    await expect.poll(async () => (await attic.api.call('adding.requests', {})).length).toBe(1);
    const [request] = await attic.api.call('adding.requests', {});
    expect(request?.account).toBe(PERSON.email);
    const { adding } = await attic.api.call('adding.ask', { peerId: request?.peerId ?? '' });
    const view = async () => (await attic.api.call('adding.list', {})).find((one) => one.adding === adding);
    await expect.poll(async () => (await view())?.state).toBe('comparing');
    for (const word of (await view())?.other?.words ?? []) await says(page, word);
    await attic.api.call('adding.answer', { adding, same: true });
    await press(page, 'They match');
    await press(page, 'Open terminal');
    await until(page, `document.querySelector('.xterm-rows')`);
    expect((await attic.api.call('peers.list', {}))[0]?.browser).toBeDefined();
    expect(await attic.api.call('adding.requests', {})).toEqual([]);
  }, 120_000);

  it('signs out: its machine forgets it, and no key stays [S-APPROVE-4]', async () => {
    const kept = `new Promise((resolve) => {
      const opening = indexedDB.open('clawreach');
      opening.onsuccess = () => {
        const count = opening.result.transaction('keys').objectStore('keys').count();
        count.onsuccess = () => { opening.result.close(); resolve(count.result); };
      };
    })`;
    await page.go(`${origin}/dashboard`);
    expect(await page.evaluate(kept)).toBe(1);
    const menu = `[...document.querySelectorAll('button[aria-haspopup=menu]')].find((each) => /Account/.test(each.ariaLabel ?? each.textContent))`;
    await until(page, menu);
    await page.evaluate(`${menu}.click()`);
    const item = `[...document.querySelectorAll('[role=menuitem]')].find((each) => each.innerText.trim() === 'Sign out')`;
    await until(page, item);
    await page.evaluate(`${item}.click()`);
    await says(page, 'Sign out of this browser?');
    // Its agent starts while the person reads.
    await expect.poll(async () => (await attic.api.call('peers.list', {}))[0]?.online, { timeout: 30_000 }).toBe(true);
    await press(page, 'Sign out');
    await says(page, 'You signed out, so the keys of this browser were removed.');
    expect(await page.evaluate(kept)).toBe(0);
    await expect.poll(() => attic.api.call('peers.list', {})).toEqual([]);
  }, 120_000);
});
