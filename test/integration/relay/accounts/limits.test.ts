import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import { fromUuid, PLATFORM_LIMITS } from '#shared/platform/index.ts';
import { ACCOUNT_RATES, PasswordHasher } from '#relay/accounts/index.ts';
import { deriveKey, HashQueue } from '#relay/accounts/passwords/index.ts';
import { joinRelay, newDevice } from '#test/support/relay-agent.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { startAccountsRelay } from '#test/support/accounts/accounts-relay.ts';
import { SoftwarePasskey } from '#test/support/accounts/software-passkey.ts';
import { outcome, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

const PASSWORD = 'correct horse battery';
const WRONG = 'wrong horse battery';
const DAY = 24 * 3_600_000;

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function start(options: Parameters<typeof TestPlatform.start>[0] = {}): Promise<TestPlatform> {
  const platform = await TestPlatform.start(options);
  cleanUps.push(() => platform.stop());
  return platform;
}

async function withPassword(platform: TestPlatform, name: string): Promise<Person> {
  const person = platform.person(name);
  await person.client.call('account.setPassword', { input: { password: PASSWORD } });
  return person;
}

describe('guesses', () => {
  it('are few for an account and network, and lock no one out [S-ACCOUNT-9]', async () => {
    const clock = new FakeClock();
    const relay = await startAccountsRelay({ clock, rates: ACCOUNT_RATES, trustProxy: true });
    cleanUps.push(() => relay.stop());
    const link = await relay.accounts.firstAccount.prepare();
    const anna = relay.browser();
    const own = { email: 'anna@example.org', password: PASSWORD, name: 'Anna' };
    const { output } = await anna.call('auth.signUp', { ...own, token: link?.link?.split('=')[1] });
    if (output.status !== 'signed-in') throw new Error(output.status);
    const at = (address: string) => ({ headers: { 'X-Forwarded-For': address } });
    const signIn = (address: string, password: string, email = own.email) =>
      relay.browser().call('auth.signIn', { email, password }, at(address));
    // Another address of the same network is no other guesser.
    const guesses: (string | undefined)[] = [];
    for (let count = 0; count < 12; count += 1) guesses.push((await signIn(`2001:db8::${count + 1}`, WRONG)).code);
    expect(guesses.filter((code) => code === 'account.credentials')).toHaveLength(10);
    expect(guesses.slice(10)).toEqual(['platform.rate', 'platform.rate']);
    // Not even a right guess counts then, and it says how long.
    const late = await signIn('2001:db8::99', PASSWORD);
    expect([late.code, late.headers.get('retry-after')]).toEqual(['platform.rate', '60']);
    // Elsewhere Anna signs in, and in the guesser's network with her passkey.
    expect((await signIn('2001:db8:0:1::1', PASSWORD)).status).toBe(200);
    const passkey = new SoftwarePasskey(output.account.id);
    await relay.store.transact(async (transaction) => {
      const row = { id: passkey.id, account: fromUuid(output.account.id), public_key: passkey.publicKey, counter: 0 };
      await transaction
        .insertInto('passkeys')
        .values({ ...row, transports: '[]', name: 'Key', created_at: 1, used_at: null })
        .execute();
    });
    const near = relay.browser();
    const options = await near.call('auth.passkeyOptions', { purpose: 'sign-in' }, at('2001:db8::7'));
    const response = passkey.answer(options.output.challenge, relay.origin);
    expect((await near.call('auth.verifyPasskey', { response }, at('2001:db8::7'))).status).toBe(200);
    // Someone else there isn't held up either, and a minute later one more guess is left.
    expect((await signIn('2001:db8::1', WRONG, 'someone@example.org')).code).toBe('account.credentials');
    await clock.advance(60_000);
    const last = [await signIn('2001:db8::1', PASSWORD), await signIn('2001:db8::1', PASSWORD)];
    expect(last.map(({ code }) => code)).toEqual([undefined, 'platform.rate']);
  });

  it('at links and sign-ups are few for a network [S-ACCOUNT-9]', async () => {
    const clock = new FakeClock(Date.now());
    const platform = await start({ clock });
    const stranger = platform.client({ address: '198.51.100.7' });
    const verify = () =>
      outcome(stranger.call('auth.verify', { input: { token: 'A'.repeat(43), password: PASSWORD } }));
    const codes: string[] = [];
    for (let count = 0; count < 32; count += 1) codes.push(await verify());
    expect(codes.lastIndexOf('account.link')).toBe(29);
    expect(codes.slice(30)).toEqual(['platform.rate', 'platform.rate']);
    const reset = { token: 'A'.repeat(43), password: PASSWORD };
    expect(await outcome(stranger.call('auth.confirmReset', { input: reset }))).toBe('platform.rate');
    const ticket = { purpose: 'second-factor', ticket: 'A'.repeat(43) } as const;
    expect(await outcome(stranger.call('auth.passkeyOptions', { input: ticket }))).toBe('platform.rate');
    await clock.advance(6000);
    expect([await verify(), await verify()]).toEqual(['account.link', 'platform.rate']);

    const signUp = () =>
      outcome(
        stranger.call('auth.signUp', {
          input: { email: 'x@example.org', password: PASSWORD, name: 'X', token: 'A'.repeat(43) },
        }),
      );
    const signUps: string[] = [];
    for (let count = 0; count < 7; count += 1) signUps.push(await signUp());
    expect(signUps).toEqual([...Array.from({ length: 5 }, () => 'account.link'), 'platform.rate', 'platform.rate']);
    await clock.advance(720_000);
    expect([await signUp(), await signUp()]).toEqual(['account.link', 'platform.rate']);
  });
});

describe('a flood of sign-ins', () => {
  it('is hashed a few at a time, 32 wait, and the rest is told to come later [S-ACCOUNT-10]', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    let hashed = 0;
    const hasher = new PasswordHasher({
      preferred: { name: 'argon2id', memory: 64, passes: 1, lanes: 1 },
      // As on a machine with four cores.
      queue: new HashQueue({ hashes: 2 }),
      derive: async (of, input) => {
        running += 1;
        most = Math.max(most, running);
        await gate.promise;
        hashed += 1;
        running -= 1;
        return deriveKey(of, input);
      },
    });
    const relay = await startAccountsRelay({ hasher });
    cleanUps.push(() => relay.stop());
    const body = JSON.stringify({ email: 'anna@example.org', password: WRONG });
    const refused: number[] = [];
    const others: number[] = [];
    /** Sends a sign-in. Returns what ends its connection, and its answer: status and `Retry-After`. */
    const send = () => {
      const { promise, resolve } = Promise.withResolvers<readonly [number, string | undefined]>();
      const request = httpRequest(`${relay.url}/api/v1/auth/sign-in`, {
        method: 'POST',
        agent: false,
        headers: { 'Content-Type': 'application/json' },
      });
      request.on('response', (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        (status === 503 ? refused : others).push(status);
        resolve([status, response.headers['retry-after']]);
      });
      request.on('error', () => resolve([0, undefined]));
      request.end(body);
      let isAnswered = false;
      void promise.then(() => (isAnswered = true));
      return { answer: promise, isAnswered: () => isAnswered, leave: () => request.destroy() };
    };
    const sent = Array.from({ length: 40 }, () => send());
    await expect.poll(() => refused.length).toBe(6);
    expect(others).toEqual([]);
    // A client that leaves makes room for another one.
    const last = sent.findLast(({ isAnswered }) => !isAnswered());
    last?.leave();
    await last?.answer;
    gate.resolve();
    const answers = await Promise.all(sent.map(({ answer }) => answer));
    expect(answers.filter(([status]) => status === 401)).toHaveLength(33);
    expect(answers.filter(([status, after]) => status === 503 && after === '5')).toHaveLength(6);
    expect(most).toBe(2);
    // Whoever left was not hashed for.
    expect(hashed).toBe(33);
    expect(relay.failures).toEqual([]);
  });

  it('holds up no device: handshakes and bytes pass meanwhile [S-ACCOUNT-10]', async () => {
    const platform = await start();
    const anna = await withPassword(platform, 'Anna');
    let answered = 0;
    const flood = Array.from({ length: 12 }, async () => {
      const code = await outcome(
        platform.stranger().call('auth.signIn', { input: { email: anna.email, password: WRONG } }),
      );
      answered += 1;
      return code;
    });
    await expect.poll(() => answered).toBeGreaterThan(0);
    const device = newDevice();
    const { agent } = await joinRelay(platform.relay, device, { version: 3 });
    agent.send({ type: 'ping' });
    await agent.next('pong');
    const before = answered;
    await agent.close();
    // The device waited for no one's password.
    expect(before).toBeLessThan(12);
    const codes = new Set(await Promise.all(flood));
    expect([...codes]).toEqual(['account.credentials']);
  });
});

describe('a session', () => {
  it('ends when it is unused for two weeks, after 90 days in any case, and a step-up after ten minutes [S-ACCOUNT-11]', async () => {
    const clock = new FakeClock(Date.now());
    const relay = await startAccountsRelay({ clock });
    cleanUps.push(() => relay.stop());
    const link = await relay.accounts.firstAccount.prepare();
    const browser = relay.browser();
    const token = link?.link?.split('=')[1] ?? '';
    await browser.call('auth.signUp', { email: 'anna@example.org', password: PASSWORD, name: 'Anna', token });
    const created = await browser.call('tokens.create', { name: 'Script', days: 30 });
    const bearer = { headers: { Authorization: `Bearer ${created.output.secret}` } };
    const script = relay.browser();
    await clock.advance(PLATFORM_LIMITS.stepUp - 1);
    expect((await browser.call('tokens.create', { name: 'Script', days: 1 })).status).toBe(201);
    await clock.advance(1);
    expect((await browser.call('tokens.create', { name: 'Script', days: 1 })).code).toBe('platform.step-up');
    // A token is never stepped up, and a new session's cookie replaces the one before.
    expect((await script.call('auth.stepUp', { password: PASSWORD }, bearer)).code).toBe('platform.signed-out');
    const before = browser.session;
    expect((await browser.call('auth.stepUp', { password: PASSWORD })).status).toBe(200);
    expect((await browser.call('account.get', undefined, { cookie: before ?? '' })).code).toBe('platform.signed-out');

    const idle = relay.browser();
    await idle.call('auth.signIn', { email: 'anna@example.org', password: PASSWORD });
    await clock.advance(PLATFORM_LIMITS.sessionIdle - 1);
    expect((await browser.call('account.get')).status).toBe(200);
    await clock.advance(1);
    expect((await idle.call('account.get')).code).toBe('platform.signed-out');
    expect((await browser.call('account.get')).status).toBe(200);
    expect((await script.call('account.get', undefined, bearer)).status).toBe(200);
    await clock.advance(30 * DAY - PLATFORM_LIMITS.sessionIdle);
    expect((await script.call('account.get', undefined, bearer)).code).toBe('platform.signed-out');
    for (let day = 0; day < 90; day += 10) {
      await browser.call('account.get');
      await clock.advance(10 * DAY);
    }
    expect((await browser.call('account.get')).code).toBe('platform.signed-out');
  });

  it('takes its open connections with it, however it ends [S-ACCOUNT-11]', async () => {
    const platform = await start();
    const closed = async (end: (person: Person) => Promise<unknown>): Promise<number> => {
      const person = platform.person('Anna');
      const socket = new WebSocket(`${platform.origin.replace('http', 'ws')}/api/v1/events`, {
        headers: platform.browserHeaders(person.cookie),
      });
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      socket.on('close', resolve).on('error', reject);
      await new Promise((opened) => {
        socket.once('message', opened);
      });
      await end(person);
      return promise;
    };
    const ends: readonly ((person: Person) => Promise<unknown>)[] = [
      ({ client }) => client.call('auth.signOut'),
      ({ account }) => {
        const other = platform.client({ cookie: platform.session(account) });
        return other.call('sessions.endOthers');
      },
      ({ account }) => {
        const other = platform.client({ cookie: platform.session(account) });
        return other.call('account.setPassword', { input: { password: 'another good password' } });
      },
      ({ client }) => client.call('account.delete'),
      async ({ account }) => platform.run('update accounts set disabled_at = 1 where id = ?', account),
    ];
    expect(await Promise.all(ends.map((end) => closed(end)))).toEqual(ends.map(() => 4001));
  });

  it('of a disabled account opens nothing, and neither do its password, passkey or links [S-ACCOUNT-11]', async () => {
    const platform = await start();
    const anna = await withPassword(platform, 'Anna');
    const passkey = new SoftwarePasskey(anna.account);
    platform.run(
      "insert into passkeys (id, account, public_key, counter, transports, name, created_at) values (?, ?, ?, 0, '[]', 'Key', 1)",
      passkey.id,
      anna.account,
      passkey.publicKey,
    );
    const api = platform.client({ token: platform.session(anna.account, { kind: 'api' }) });
    platform.run('update accounts set disabled_at = 1 where id = ?', anna.account);
    expect(await outcome(anna.client.call('account.get'))).toBe('platform.signed-out');
    expect(await outcome(api.call('account.get'))).toBe('platform.signed-out');
    const stranger = platform.stranger();
    const signIn = (password: string) =>
      outcome(stranger.call('auth.signIn', { input: { email: anna.email, password } }));
    expect([await signIn(PASSWORD), await signIn(WRONG)]).toEqual(['account.disabled', 'account.credentials']);
    const { challenge } = await stranger.call('auth.passkeyOptions', { input: { purpose: 'sign-in' } });
    const response = passkey.answer(challenge, `http://localhost:${platform.relay.port}`);
    expect(await outcome(stranger.call('auth.verifyPasskey', { input: { response } }))).toBe('account.disabled');
  });
});

describe('the own data', () => {
  it('are exported without secrets, and deleted with everything that refers to them [S-ACCOUNT-11]', async () => {
    const platform = await start();
    const anna = await withPassword(platform, 'Anna');
    const passkey = new SoftwarePasskey(anna.account);
    platform.run(
      "insert into passkeys (id, account, public_key, counter, transports, name, created_at) values (?, ?, ?, 0, '[]', 'Key', 1)",
      passkey.id,
      anna.account,
      passkey.publicKey,
    );
    const { secret } = await anna.client.call('tokens.create', { input: { name: 'Script', days: 1 } });
    await anna.client.call('projects.create', { input: { name: 'Home' } });
    const config = { relay_url: 'wss://relay.example/connect', node_id: 'node-1', auth_token: 'a secret of a node' };
    await anna.client.call('skillConfigs.create', { input: { skill: 'privaclaw', name: 'Node', config } });
    await anna.client.call('account.createLinkCode');
    const exported = await anna.client.call('account.export');
    expect(exported).toMatchObject({
      account: { email: anna.email, hasPassword: true, passkeys: 1 },
      sessions: [{ current: true }],
      passkeys: [{ name: 'Key' }],
      tokens: [{ name: 'Script' }],
      projects: [{ name: 'Home' }],
      skillConfigs: [{ name: 'Node' }],
    });
    expect(exported.audit.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['password.changed', 'token.created']),
    );
    const text = JSON.stringify(exported);
    const [{ password } = { password: '' }] = platform.rows('select password from accounts where id = ?', anna.account);
    const blobs = [
      ...platform.rows('select token_hash as bytes from account_sessions'),
      ...platform.rows('select public_key as bytes from passkeys'),
      ...platform.rows('select hash as bytes from one_time'),
      ...platform.rows('select sealed as bytes from skill_configs'),
    ].map(({ bytes }) => Buffer.from(bytes as Uint8Array));
    for (const known of [
      anna.cookie,
      secret,
      config.auth_token,
      String(password),
      passkey.id,
      ...blobs.flatMap((bytes) => [bytes.toString('hex'), bytes.toString('base64url')]),
    ]) {
      expect(text).not.toContain(known);
    }

    // The same, at someone else: nothing of hers, and nothing of hers goes with it.
    const ben = platform.person('Ben');
    const before = await ben.client.call('account.export');
    expect(JSON.stringify(before)).not.toContain(anna.email);
    await anna.client.call('account.delete');
    expect(await outcome(anna.client.call('account.get'))).toBe('platform.signed-out');
    const tables = platform.rows("select name from sqlite_master where type = 'table' and name <> 'account_audit'");
    for (const { name } of tables) {
      const rows = JSON.stringify(platform.rows(`select * from "${String(name)}"`));
      expect(rows).not.toContain(anna.account);
      expect(rows).not.toContain(anna.email);
    }
    expect(JSON.stringify(platform.rows('select * from account_audit'))).not.toContain(anna.email);
    expect((await ben.client.call('account.export')).account).toEqual(before.account);
  });
});

describe('the audit log', () => {
  it('pushes no event of others out of it [S-ACCOUNT-14]', async () => {
    const platform = await start();
    const [anna, mallory] = [platform.person('Anna'), platform.person('Mallory')];
    const act = (person: Person) => person.client.call('projects.create', { input: { name: 'Home' } });
    await act(anna);
    const events = (account: string) =>
      platform.rows('select count(*) as count from account_audit where account = ?', account)[0]?.['count'];
    // As many events as the whole log may have, and numbers that have run on by as many.
    platform.run(
      `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ?)
       insert into account_audit (id, at, account, event, subject, address_group)
       select n * 11, ?, ?, 'test', '', '' from numbers`,
      PLATFORM_LIMITS.auditRows - 2,
      Date.now(),
      mallory.account,
    );
    await act(mallory);
    await act(mallory);
    expect([events(anna.account), events(mallory.account)]).toEqual([1, PLATFORM_LIMITS.auditRowsPerAccount]);
  });
});

describe('a request that waits while its session ends', () => {
  /** Sends the head of a request with a cookie, and waits until the relay has admitted it and wants the body. Returns a function that sends the body. */
  async function hold(
    platform: TestPlatform,
    cookie: string,
    [method, path]: readonly [string, string],
    body: unknown,
  ) {
    const text = JSON.stringify(body);
    const request = httpRequest(`${platform.origin}/api/v1/${path}`, {
      method,
      agent: false,
      headers: {
        ...platform.browserHeaders(cookie),
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(text)),
        Expect: '100-continue',
      },
    });
    const answer = new Promise<string>((resolve, reject) => {
      request.on('error', reject).on('response', (response) => {
        let received = '';
        response.on('data', (chunk: Buffer) => (received += chunk.toString()));
        response.on('end', () => resolve(`${response.statusCode} ${/"code":"([^"]+)"/.exec(received)?.[1] ?? ''}`));
      });
    });
    const wanted = once(request, 'continue');
    request.flushHeaders();
    await wanted;
    return (): Promise<string> => {
      request.end(text);
      return answer;
    };
  }

  it('for its body leaves no password, token, passkey, project or address behind [S-ACCOUNT-13]', async () => {
    const platform = await start();
    const anna = await withPassword(platform, 'Anna');
    const thief = platform.session(anna.account);
    const passkey = new SoftwarePasskey(anna.account);
    const oneTime = (purpose: string, email: string | null): string => {
      const token = toBase64Url(crypto.randomBytes(32));
      platform.run(
        'insert into one_time (hash, purpose, account, email, expires_at) values (?, ?, ?, ?, ?)',
        crypto.sha256(toUtf8(token)),
        purpose,
        anna.account,
        email,
        Date.now() + 60_000,
      );
      return token;
    };
    const localhost = `http://localhost:${platform.relay.port}`;
    const { challenge } = await platform.client({ cookie: thief }).call('passkeys.options');
    const verify = oneTime('verify', 'mallory@example.org');
    const held = [];
    for (const [route, body] of [
      [['PUT', 'account/password'], { password: 'password of the thief' }],
      [['POST', 'account/tokens'], { name: 'Thief', days: 300 }],
      [['POST', 'account/passkeys'], { name: 'Thief', response: passkey.attest(challenge, localhost) }],
      [['POST', 'projects'], { name: 'Thief' }],
      [['POST', 'auth/verify'], { token: verify }],
    ] as const) {
      held.push(await hold(platform, thief, route, body));
    }
    const reset = { token: oneTime('reset', null), password: 'another good password' };
    expect((await platform.stranger().call('auth.confirmReset', { input: reset })).status).toBe('signed-in');
    expect(await Promise.all(held.map((finish) => finish()))).toEqual([
      ...Array.from({ length: 4 }, () => '401 platform.signed-out'),
      '410 account.link',
    ]);
    expect(platform.rows("select name from account_sessions where kind = 'api'")).toEqual([]);
    expect(platform.rows('select name from passkeys')).toEqual([]);
    expect(platform.rows('select name from projects')).toEqual([]);
    expect(platform.rows('select email from accounts')).toEqual([{ email: anna.email }]);
    const signIn = { email: anna.email, password: reset.password };
    expect(await outcome(platform.stranger().call('auth.signIn', { input: signIn }))).toBe('ok');
  });

  it('for a hash sets no password [S-ACCOUNT-13]', async () => {
    let gate: Promise<void> | undefined;
    let waiting = (): void => undefined;
    const hasher = new PasswordHasher({
      preferred: { name: 'argon2id', memory: 64, passes: 1, lanes: 1 },
      derive: async (of, input) => {
        waiting();
        await gate;
        return deriveKey(of, input);
      },
    });
    const relay = await startAccountsRelay({ hasher });
    cleanUps.push(() => relay.stop());
    const link = await relay.accounts.firstAccount.prepare();
    const anna = relay.browser();
    const own = { email: 'anna@example.org', password: PASSWORD };
    await anna.call('auth.signUp', { ...own, name: 'Anna', token: link?.link?.split('=')[1] });
    const thief = relay.browser();
    await thief.call('auth.signIn', own);
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    const hashing = new Promise<void>((reached) => (waiting = reached));
    const late = thief.call('account.setPassword', { password: 'password of the thief' });
    await hashing;
    await anna.call('sessions.endOthers');
    resolve();
    expect((await late).code).toBe('platform.signed-out');
    expect((await relay.browser().call('auth.signIn', own)).status).toBe(200);
    expect((await anna.call('account.get')).status).toBe(200);
  });
});
