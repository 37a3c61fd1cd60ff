import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT_PAGE, AccountPage } from '#test/support/accounts/account-page.ts';
import { SoftwarePasskey, type PasskeyChanges } from '#test/support/accounts/software-passkey.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { outcome, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

const PASSWORD = 'correct horse battery';

let platform: TestPlatform;
/** Origin of the relay's pages: passkeys belong to no IP address. */
let origin: string;
const cleanUps: (() => Promise<void>)[] = [];
beforeAll(async () => {
  platform = await TestPlatform.start();
  origin = `http://localhost:${platform.relay.port}`;
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});
afterAll(() => platform.stop());

/** Gives a person the session of a page, which the browser keeps as if the relay had set it. */
async function signedIn({ context }: AccountPage, { account }: Pick<Person, 'account'>): Promise<void> {
  const value = platform.session(account);
  const name = '__Host-clawreach';
  await context.addCookies([
    { name, value, domain: 'localhost', path: '/', secure: true, httpOnly: true, sameSite: 'Strict' },
  ]);
}

describe.skipIf(findChromium() === undefined)('a passkey in Chromium', () => {
  let browser: ChromiumShare;
  beforeAll(async () => {
    browser = await shareChromium();
  });
  afterAll(() => browser.close());

  async function open(at = origin): Promise<AccountPage> {
    const page = await AccountPage.open(browser, at);
    cleanUps.push(() => page.close());
    return page;
  }

  it('is added after a step-up, signs in alone, confirms the session, and is removed [S-ACCOUNT-3]', async () => {
    const page = await open();
    const anna = platform.person('Anna');
    await signedIn(page, anna);
    const added = await page.register('Laptop');
    expect(added).toMatchObject({ status: 201, body: { name: 'Laptop', usedAt: null } });
    // The authenticator knows that it has a passkey of this account.
    await expect(page.register('Again')).rejects.toThrow('InvalidStateError');

    await page.api('POST', 'auth/sign-out');
    expect(await page.context.cookies()).toEqual([]);
    expect(await page.use({ purpose: 'sign-in' })).toMatchObject({
      status: 200,
      body: { status: 'signed-in', account: { email: anna.email, passkeys: 1, hasPassword: false } },
    });
    // Only the browser has the new session, and no script sees it.
    expect(await page.context.cookies()).toMatchObject([{ httpOnly: true, secure: true, sameSite: 'Strict' }]);
    expect(await page.page.evaluate('document.cookie')).toBe('');

    platform.run('update account_sessions set strong_at = 1 where account = ?', anna.account);
    const token = { name: 'Script', days: 1 };
    expect((await page.api('POST', 'account/tokens', token)).body['code']).toBe('platform.step-up');
    const [before] = await page.context.cookies();
    expect(await page.use({ purpose: 'step-up' })).toMatchObject({ status: 200, body: { status: 'stepped-up' } });
    const [after] = await page.context.cookies();
    expect(after?.value).not.toBe(before?.value);
    expect((await page.api('POST', 'account/tokens', token)).status).toBe(201);

    // Nothing else signs this account in.
    const path = `account/passkeys/${String(added.body['id'])}`;
    expect((await page.api('DELETE', path)).body['code']).toBe('account.last-credential');
    await page.api('PUT', 'account/password', { password: PASSWORD });
    expect((await page.api('DELETE', path)).status).toBe(200);
    await page.api('POST', 'auth/sign-out');
    expect((await page.use({ purpose: 'sign-in' })).body['code']).toBe('account.passkey');
  });

  it('follows the password as second factor, and neither signs in without the other [S-ACCOUNT-3]', async () => {
    const page = await open();
    const anna = platform.person('Anna');
    await signedIn(page, anna);
    expect((await page.api('PUT', 'account/second-factor', { required: true })).body['code']).toBe(
      'account.no-passkey',
    );
    await page.register('Laptop');
    await page.api('PUT', 'account/password', { password: PASSWORD });
    expect((await page.api('PUT', 'account/second-factor', { required: true })).status).toBe(200);
    const [key] = (await page.api('GET', 'account/passkeys')).body['passkeys'] as { id: string }[];
    expect((await page.api('DELETE', `account/passkeys/${key?.id}`)).body['code']).toBe('account.last-credential');
    await page.api('POST', 'auth/sign-out');

    const password = await page.api('POST', 'auth/sign-in', { email: anna.email, password: PASSWORD });
    expect(password.body).toMatchObject({ status: 'passkey-needed' });
    expect(await page.context.cookies()).toEqual([]);
    expect((await page.api('GET', 'account')).status).toBe(401);
    const { ticket } = password.body;
    expect((await page.use({ purpose: 'second-factor', ticket })).body).toMatchObject({ status: 'signed-in' });
    expect((await page.use({ purpose: 'second-factor', ticket })).body['code']).toBe('account.link');

    // The passkey of someone else is no second factor of hers.
    const again = await page.api('POST', 'auth/sign-in', { email: anna.email, password: PASSWORD });
    const options = await page.api('POST', 'auth/passkey/options', {
      purpose: 'second-factor',
      ticket: again.body['ticket'],
    });
    const mallory = await open();
    await signedIn(mallory, platform.person('Mallory'));
    await mallory.register('Laptop');
    const response = await mallory.get({ ...options.body, allowCredentials: [] });
    expect((await mallory.api('POST', 'auth/passkey/verify', { response })).body['code']).toBe('account.passkey');
  });

  it('counts with its person only, whatever the page asks for [S-ACCOUNT-3]', async () => {
    const page = await open();
    const anna = platform.person('Anna');
    await signedIn(page, anna);
    await page.register('Laptop');
    await page.setUserVerified(false);
    await expect(page.use({ purpose: 'sign-in' })).rejects.toThrow('NotAllowedError');
    const { body } = await page.api('POST', 'auth/passkey/options', { purpose: 'sign-in' });
    const response = await page.get({ ...body, userVerification: 'discouraged' });
    expect((await page.api('POST', 'auth/passkey/verify', { response })).body['code']).toBe('account.passkey');
  });

  it('is refused once a copy of it was used [S-ACCOUNT-3]', async () => {
    const page = await open();
    await signedIn(page, platform.person('Anna'));
    await page.register('Laptop');
    for (let count = 0; count < 3; count += 1) {
      expect((await page.use({ purpose: 'sign-in' })).status).toBe(200);
    }
    await page.setCounters(1);
    expect((await page.use({ purpose: 'sign-in' })).body['code']).toBe('account.passkey');
    await page.setCounters(100);
    expect((await page.use({ purpose: 'sign-in' })).status).toBe(200);
  });

  it('of another port of this machine or another name is refused [S-ACCOUNT-3]', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(ACCOUNT_PAGE);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo;
    const page = await open();
    const anna = platform.person('Anna');
    await signedIn(page, anna);
    await page.register('Laptop');
    const { body } = await page.api('POST', 'auth/passkey/options', { purpose: 'sign-in' });
    // Every port of localhost may use its passkeys, says the browser; the relay doesn't.
    await page.page.goto(`http://localhost:${port}/`);
    const stolen = await page.get(body);
    // A page of another name can't even ask.
    await page.page.goto(`http://127.0.0.1:${port}/`);
    await expect(page.get(body)).rejects.toThrow('SecurityError');
    await page.page.goto(`${origin}/page`);
    expect((await page.api('POST', 'auth/passkey/verify', { response: stolen })).body['code']).toBe('account.passkey');
    expect((await page.use({ purpose: 'sign-in' })).status).toBe(200);

    const { body: creation } = await page.api('POST', 'account/passkeys/options');
    await page.page.goto(`http://localhost:${port}/`);
    const planted = await page.create({ ...creation, excludeCredentials: [] });
    await page.page.goto(`http://sub.localhost:${port}/`);
    const subdomain = await page.create({ ...creation, rp: { id: 'sub.localhost', name: 'ClawReach' } });
    await page.page.goto(`${origin}/page`);
    for (const response of [planted, subdomain]) {
      const answer = await page.api('POST', 'account/passkeys', { name: 'Planted', response });
      expect(answer.body['code']).toBe('account.passkey');
    }
  });
});

describe('the answer of a passkey', () => {
  /** A person with a passkey that signs what an attacker wants. */
  function withPasskey(name: string): Person & Readonly<{ passkey: SoftwarePasskey }> {
    const person = platform.person(name);
    const passkey = new SoftwarePasskey(person.account);
    platform.run(
      "insert into passkeys (id, account, public_key, counter, transports, name, created_at) values (?, ?, ?, 0, '[]', 'Key', 1)",
      passkey.id,
      person.account,
      passkey.publicKey,
    );
    return { ...person, passkey };
  }
  const challenge = async (): Promise<string> => {
    const options = await platform.stranger().call('auth.passkeyOptions', { input: { purpose: 'sign-in' } });
    return options.challenge;
  };
  const verify = (response: ReturnType<SoftwarePasskey['answer']>, client = platform.stranger()) =>
    outcome(client.call('auth.verifyPasskey', { input: { response } }));

  it.each([
    ['for another relying party', { rpId: 'evil.example' }],
    ['for an origin that ends alike', { origin: 'http://localhost.evil.example' }],
    ['inside of a frame of another site', { crossOrigin: true }],
    ['of a registration', { type: 'webauthn.create' }],
    ['without its person', { flags: 1 }],
    ['without presence', { flags: 4 }],
    ['for another account', { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ] satisfies [string, PasskeyChanges][])(
    '%s is refused, and the same without that is taken [S-ACCOUNT-3]',
    async (_, changes) => {
      const { passkey } = withPasskey('Anna');
      const text = await challenge();
      expect(await verify(passkey.answer(text, origin, changes))).toBe('account.passkey');
      expect(await verify(passkey.answer(text, origin))).toBe('ok');
    },
  );

  it('counts once, for one purpose and one session, in time [S-ACCOUNT-3]', async () => {
    const anna = withPasskey('Anna');
    const { passkey } = anna;
    const text = await challenge();
    const response = passkey.answer(text, origin);
    const raced = await Promise.all([verify(response), verify(response), verify(response)]);
    expect(raced.toSorted()).toEqual(['account.passkey', 'account.passkey', 'ok']);

    // A step-up of one session confirms no other one, and signs no one in.
    const stepUp = await anna.client.call('auth.passkeyOptions', { input: { purpose: 'step-up' } });
    const confirmed = passkey.answer(stepUp.challenge, origin);
    const elsewhere = platform.client({ cookie: platform.session(anna.account) });
    expect(await verify(confirmed, elsewhere)).toBe('account.passkey');
    expect(await verify(confirmed)).toBe('account.passkey');
    const api = platform.client({ token: platform.session(anna.account, { kind: 'api' }) });
    expect(await verify(confirmed, api)).toBe('account.passkey');
    expect(await outcome(api.call('auth.passkeyOptions', { input: { purpose: 'step-up' } }))).toBe(
      'platform.signed-out',
    );
    expect(await verify(confirmed, anna.client)).toBe('ok');

    // One that the relay did not make, or of which a byte is another.
    for (const forged of [`${text.slice(0, -2)}AA`, `B${text.slice(1)}`, 'A'.repeat(76), '', '!']) {
      expect(await verify(passkey.answer(forged, origin))).toBe('account.passkey');
    }
    // A passkey that no account has answers as a wrong one does.
    expect(await verify(new SoftwarePasskey('no one').answer(await challenge(), origin))).toBe('account.passkey');
  });

  it('to a registration counts with its person, for this relay, once [S-ACCOUNT-3]', async () => {
    const anna = platform.person('Anna');
    const add = (client: Person['client'], response: ReturnType<SoftwarePasskey['attest']>) =>
      outcome(client.call('passkeys.create', { input: { name: 'Key', response } }));
    const { challenge: text } = await anna.client.call('passkeys.options');
    const passkey = new SoftwarePasskey('a new one');
    for (const changes of [
      { flags: 0x41 },
      { flags: 0x44 },
      { rpId: 'evil.example' },
      { origin: 'http://localhost.evil.example' },
      { crossOrigin: true },
      { type: 'webauthn.get' },
    ]) {
      expect(await add(anna.client, passkey.attest(text, origin, changes))).toBe('account.passkey');
    }
    const mallory = platform.person('Mallory');
    expect(await add(mallory.client, passkey.attest(text, origin))).toBe('account.passkey');
    expect(await add(anna.client, passkey.attest(await challenge(), origin))).toBe('account.passkey');
    const response = passkey.attest(text, origin);
    expect((await Promise.all([add(anna.client, response), add(anna.client, response)])).toSorted()).toEqual([
      'account.passkey',
      'ok',
    ]);
    // No one takes over the passkey of someone else.
    const { challenge: other } = await mallory.client.call('passkeys.options');
    expect(await add(mallory.client, passkey.attest(other, origin))).toBe('account.passkey-exists');
    expect(await verify(passkey.answer(await challenge(), origin))).toBe('ok');
  });
});
