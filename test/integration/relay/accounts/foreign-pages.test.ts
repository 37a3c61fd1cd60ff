import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccountPage } from '#test/support/accounts/account-page.ts';
import { findChromium, launchChromium } from '#test/support/chromium/launch.ts';
import { outcome, TestPlatform } from '#test/support/platform/test-platform.ts';

const PASSWORD = 'correct horse battery';
const MALLORY = { email: 'mallory@example.org', password: 'password of mallory' };

/** What a foreign page can do to the relay at `relay`, with all that a browser lets it add. */
const ATTACKS = `
const bodies = {
  'auth/step-up': { password: ${JSON.stringify(PASSWORD)} },
  'auth/reset': { email: 'anna@example.org' },
  'auth/reset/confirm': { token: 'A'.repeat(43), password: 'password of mallory' },
  'projects': { name: 'Forged' },
  'account/link-code': undefined,
  'account/tokens': { name: 'Forged', days: 1 },
  'account/passkeys/options': undefined,
  'auth/sign-in': ${JSON.stringify(MALLORY)},
  'auth/sign-out': undefined,
};
/** Sends forms into frames. As plain text they are JSON to a server that doesn't look at the type. */
async function forms(relay) {
  for (const [path, body] of Object.entries(bodies)) {
    const encodings = body === undefined
      ? ['application/x-www-form-urlencoded']
      : path === 'projects' ? ['multipart/form-data', 'text/plain'] : ['text/plain'];
    for (const encoding of encodings) {
      const frame = document.createElement('iframe');
      frame.name = 'frame' + Math.random();
      document.body.append(frame);
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: relay + '/api/v1/' + path, enctype: encoding, target: frame.name });
      const fields = body === undefined ? {} : encoding === 'text/plain'
        ? { [JSON.stringify({ ...body, x: '' }).slice(0, -2)]: '"}' }
        : body;
      for (const [name, value] of Object.entries(fields)) {
        const input = document.createElement('input');
        Object.assign(input, { type: 'hidden', name, value });
        form.append(input);
      }
      document.body.append(form);
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      form.submit();
      await loaded;
      frame.remove();
    }
  }
}
/** Sends requests by script. Returns the answers that the page can read. */
async function requests(relay, options = {}) {
  const read = [];
  const send = async (method, path, init) => {
    try {
      const response = await fetch(relay + '/api/v1/' + path, { method, credentials: 'include', ...options, ...init });
      if (response.type !== 'opaque') read.push(path + ' ' + response.status + ' ' + (await response.text()));
    } catch {
      // The browser keeps the answer, or the request, from this page.
    }
  };
  for (const [path, body] of Object.entries(bodies)) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    await send('POST', path, { mode: 'no-cors', body: text });
    await send('POST', path, { mode: 'no-cors', headers: { 'Content-Type': 'text/plain; x=application/json' }, body: text });
    await send('POST', path, { headers: { 'Content-Type': 'application/json' }, body: text });
    navigator.sendBeacon(relay + '/api/v1/' + path, new Blob([text ?? ''], { type: 'application/json' }));
    navigator.sendBeacon(relay + '/api/v1/' + path, text ?? '');
  }
  await send('DELETE', 'account', {});
  await send('PATCH', 'account', { headers: { 'Content-Type': 'application/json' }, body: '{"name":"Forged"}' });
  await send('DELETE', 'account/sessions', {});
  for (const path of ['account', 'account/export', 'account/sessions', 'projects']) {
    await send('GET', path, {});
    await send('GET', path, { mode: 'no-cors' });
  }
  return read;
}
/** Returns 'open' or 'refused' for a WebSocket. */
function socket(url) {
  return new Promise((resolve) => {
    const opened = new WebSocket(url);
    opened.addEventListener('message', () => resolve('open'));
    opened.addEventListener('error', () => resolve('refused'));
  });
}
/** Calls the documented functions, which answer pages of every origin. */
async function functions(relay, project) {
  const answers = [];
  for (const credentials of ['include', 'omit']) {
    for (const [name, body] of [['relay-nodes', undefined], ['invite-member', { project_id: project, email: 'm@x.org' }]]) {
      try {
        const response = await fetch(relay + '/functions/v1/' + name, {
          method: body === undefined ? 'GET' : 'POST',
          credentials,
          ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
        });
        answers.push(response.status);
      } catch {
        answers.push('unreadable');
      }
    }
  }
  return answers;
}`;

describe.skipIf(findChromium() === undefined)('a foreign page in the browser of a person who is signed in', () => {
  let platform: TestPlatform;
  let origin: string;
  let browser: Browser;
  let foreignPort: number;
  let own: AccountPage;
  let project: string;
  const cleanUps: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    // The page of the relay is filled in by the test, so that the browser takes it for one of the internet.
    browser = await launchChromium({ args: ['--disable-features=LocalNetworkAccessChecks'] });
    platform = await TestPlatform.start({
      accounts: { signUp: 'invited', plainProtocol: true },
      rates: { requestsPerAddress: { burst: 10_000, perSecond: 1000 } },
    });
    origin = `http://localhost:${platform.relay.port}`;
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><body><script>${ATTACKS}</script>`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    foreignPort = (server.address() as AddressInfo).port;
    cleanUps.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const setUp = await AccountPage.open(browser, origin);
    const token = platform.relay.firstAccount?.link?.split('=')[1];
    const anna = { email: 'anna@example.org', password: PASSWORD, name: 'Anna', token };
    await setUp.api('POST', 'auth/sign-up', anna);
    await setUp.close();
    const mallory = platform.person('Mallory', { email: MALLORY.email });
    await mallory.client.call('account.setPassword', { input: { password: MALLORY.password } });
  });
  beforeEach(async () => {
    own = await AccountPage.open(browser, origin);
    await own.api('POST', 'auth/sign-in', { email: 'anna@example.org', password: PASSWORD });
    project = String((await own.api('POST', 'projects', { name: 'Home' })).body['id']);
  });
  afterEach(() => own.close());
  afterAll(async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
    await browser.close();
    await platform.stop();
  });

  /** Everything of the person that a request could change. */
  async function state(): Promise<unknown> {
    const { strongUntil, ...account } = (await own.api('GET', 'account')).body;
    const { sessions } = (await own.api('GET', 'account/sessions')).body as { sessions: { id: string }[] };
    return {
      account,
      strongUntil,
      cookies: (await own.context.cookies()).map(({ name, value }) => `${name}=${value}`),
      projects: (await own.api('GET', 'projects')).body,
      tokens: (await own.api('GET', 'account/tokens')).body,
      sessions: sessions.map(({ id }) => id),
      invitations: platform.rows('select * from invitations'),
      codes: platform.rows('select * from one_time'),
    };
  }

  async function foreign(host: string): Promise<Page> {
    const page = await own.context.newPage();
    await page.goto(`http://${host}:${foreignPort}/`);
    return page;
  }

  // Cookies know no ports, so `SameSite` holds nothing off from another one.
  it.each([
    ['another port of its host', 'localhost'],
    ['another site', '127.0.0.1'],
    ['a subdomain', 'sub.localhost'],
  ])('at %s changes, reads and opens nothing [S-ACCOUNT-4]', async (_, host) => {
    const page = await foreign(host);
    const before = await state();
    await page.evaluate(`forms('${origin}')`);
    expect(await page.evaluate(`requests('${origin}')`)).toEqual([]);
    const events = `${origin.replace('http', 'ws')}/api/v1/events`;
    expect(await page.evaluate(`socket('${events}')`)).toBe('refused');
    // The documented functions answer every page, and no cookie ever counts there.
    expect(await page.evaluate(`functions('${origin}', '${project}')`)).toEqual(['unreadable', 'unreadable', 401, 401]);
    expect(await state()).toEqual(before);
  });

  it('could do all of that from the origin of the relay: the attacks are real [S-ACCOUNT-4]', async () => {
    const page = own.page;
    await page.addScriptTag({ content: ATTACKS });
    const events = `${origin.replace('http', 'ws')}/api/v1/events`;
    expect(await page.evaluate(`socket('${events}')`)).toBe('open');
    // Cookies count nowhere on `/functions/v1`, also not from here.
    expect(await page.evaluate(`functions('${origin}', '${project}')`)).toEqual([401, 401, 401, 401]);
    const read = await page.evaluate<string[]>(`requests('${origin}', { mode: 'same-origin' })`);
    expect(read.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(
      expect.arrayContaining([
        'auth/step-up 200',
        'projects 201',
        'account/tokens 201',
        'auth/sign-in 200',
        'auth/sign-out 200',
      ]),
    );
  });

  it('gains nothing with a token in a URL [S-ACCOUNT-4]', async () => {
    const page = await foreign('localhost');
    const [cookie] = await own.context.cookies();
    const apiToken = platform.session(
      String(platform.rows("select id from accounts where email = 'anna@example.org'")[0]?.['id']),
      { kind: 'api' },
    );
    const withToken = platform.client({ token: apiToken });
    expect(await outcome(withToken.call('account.get'))).toBe('ok');
    for (const token of [cookie?.value ?? '', apiToken]) {
      for (const name of ['token', 'access_token', 'session', '__Host-clawreach', 'bearer', 'authorization']) {
        const query = `?${name}=${token}`;
        const answer = await fetch(`${platform.origin}/api/v1/account${query}`);
        expect([name, answer.status]).toEqual([name, 401]);
        if (name !== 'token') continue;
        const events = `${origin.replace('http', 'ws')}/api/v1/events${query}`;
        expect(await page.evaluate(`socket('${events}')`)).toBe('refused');
      }
    }
  });

  it('signs no one in as someone else, where no one is signed in [S-ACCOUNT-4]', async () => {
    await own.api('POST', 'auth/sign-out');
    const page = await foreign('localhost');
    await page.evaluate(`forms('${origin}')`);
    expect(await page.evaluate(`requests('${origin}')`)).toEqual([]);
    expect(await own.context.cookies()).toEqual([]);
    expect((await own.api('GET', 'account')).status).toBe(401);
  });
});
