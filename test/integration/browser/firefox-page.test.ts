import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PageScene } from '#test/support/browser/page-scene.ts';
import { Firefox, inFirefox, type FirefoxPage } from '#test/support/firefox/firefox.ts';

const PERSON = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple 42' };

/** The page as the relay serves it, with its policy on: what `dashboard-machine.test.ts` shows in Chromium, in fewer steps. */
inFirefox('the page of a relay', () => {
  let firefox: Firefox;
  let scene: PageScene;
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

  /** Waits until an expression is true in a page. */
  const until = async (of: FirefoxPage, expression: string): Promise<void> => {
    await expect
      .poll(() => of.evaluate<boolean>(`Boolean(${expression})`).catch(() => false), {
        timeout: 60_000,
        message: expression,
      })
      .toBe(true);
  };
  const press = async (of: FirefoxPage, name: string): Promise<void> => {
    // What is behind a dialog has buttons of the same names.
    const button = `[...(document.querySelector('[role=dialog]') ?? document).querySelectorAll('button')].find((each) => each.innerText.trim() === ${JSON.stringify(name)} && !each.disabled)`;
    await until(of, button);
    await of.evaluate(`${button}.click()`);
  };
  const fill = async (label: string, words: string): Promise<void> => {
    const field = `[...document.querySelectorAll('label')].find((each) => each.innerText.trim() === ${JSON.stringify(label)})?.control`;
    await until(page, field);
    await page.evaluate(`${field}.focus()`);
    await page.type(words);
  };
  const shows = (of: FirefoxPage, words: string): Promise<void> =>
    until(of, `document.querySelector('.xterm-rows')?.innerText.includes(${JSON.stringify(words)})`);
  const says = async (of: FirefoxPage, word: string): Promise<void> => {
    await of.evaluate(`document.querySelector('.xterm textarea').focus()`);
    await of.type(`echo ${word}-$((6*7))\n`);
    await shows(of, `${word}-42`);
  };

  it('signs a person up, under a policy that lets nothing be evaluated', async () => {
    const link = await readFile(join(scene.folder, 'first-account.txt'), 'utf8');
    page = await firefox.open(link.trim().replace(/^https?:\/\/[^/]+/, origin));
    await fill('Name', PERSON.name);
    await fill('E-mail address', PERSON.email);
    await fill('Password', PERSON.password);
    await press(page, 'Create account');
    await until(page, `location.pathname === '/dashboard'`);
    expect(
      await page.evaluate(
        `(() => { try { return (0, eval)('"evaluated"'); } catch (error) { return error.name; } })()`,
      ),
    ).toBe('EvalError');
    scene.adopt(PERSON.email);
  }, 120_000);

  it('pairs by a code, opens a terminal, and has it again after a reload', async () => {
    await page.go(`${origin}/terminal/${scene.office.peerId}`);
    const field = `document.querySelector('[data-code-field]')`;
    await until(page, field);
    const { pairing, code } = await scene.office.api.call('pairing.invite', { allow: ['terminal'] });
    const invited = scene.office.api.call('pairing.result', { pairing });
    await page.evaluate(`${field}.focus()`);
    await page.evaluate(`document.execCommand('insertText', false, ${JSON.stringify(code ?? '')})`);
    await page.type('\n');
    const { peer, words } = await invited;
    await scene.office.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    const dialog = `document.querySelector('[role=dialog]')?.innerText`;
    await until(page, `${JSON.stringify(words)}.every((word) => ${dialog}.includes(word))`);
    await press(page, 'They match');
    await press(page, 'Open terminal');
    await until(page, `/[#$]\\s*$/m.test(document.querySelector('.xterm-rows')?.innerText)`);
    await says(page, 'first');
    await page.reload();
    await shows(page, 'first-42');
    await says(page, 'again');
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
    await until(second, `/[#$]\\s*$/m.test(document.querySelector('.xterm-rows')?.innerText)`);
    await says(second, 'second');
    await says(page, 'still');
    await page.close();
    // The agent starts in the second tab now. What is typed before goes nowhere, so a person types again.
    await expect
      .poll(
        async () => {
          await second.evaluate(`document.querySelector('.xterm textarea').focus()`);
          await second.type('echo alone-$((6*7))\n');
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
    await until(page, `document.body.innerText.includes('removed')`);
    expect(await scene.office.api.call('peers.list', {})).toEqual([]);
  }, 120_000);
});
