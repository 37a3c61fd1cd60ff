import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { startRelay } from '#relay/index.ts';
import { copyDatabase } from '#relay/store/index.ts';
import { toBase64Url, toHex, toUtf8 } from '#shared/bytes/index.ts';
import { createPlatformClient, type PlatformClient } from '#shared/platform/index.ts';
import { SoftwarePasskey } from '#test/support/accounts/software-passkey.ts';
import { outcome, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

const PASSWORD = 'correct horse battery';
const OTHER_PASSWORD = 'another good password';
const PURPOSES = ['verify', 'reset', 'invite', 'setup', 'second-factor', 'claim', 'challenge', 'plain-pair'] as const;
type Purpose = (typeof PURPOSES)[number];

let platform: TestPlatform;
let origin: string;
let anna: Person;
/** Person whose tokens are tried. */
let target: Person;
let project: string;
beforeAll(async () => {
  platform = await TestPlatform.start({ rates: { requestsPerAddress: { burst: 100_000, perSecond: 10_000 } } });
  origin = `http://localhost:${platform.relay.port}`;
  anna = platform.person('Anna');
  target = platform.person('Target');
  await target.client.call('account.setPassword', { input: { password: PASSWORD } });
  project = (await anna.client.call('projects.create', { input: { name: 'Home' } })).id;
});
afterAll(() => platform.stop());

/** Stores a one-time token of a purpose. */
function oneTime(purpose: Purpose, { account = target.account, life = 60_000, email = target.email } = {}): string {
  const token = toBase64Url(crypto.randomBytes(32));
  platform.run(
    'insert into one_time (hash, purpose, account, email, project, expires_at) values (?, ?, ?, ?, ?, ?)',
    crypto.sha256(toUtf8(token)),
    purpose,
    purpose === 'invite' || purpose === 'setup' ? null : account,
    email,
    purpose === 'invite' ? project.replaceAll('-', '') : null,
    Date.now() + life,
  );
  return token;
}

/** Invitation to Anna's project, as the link that she hands over. */
async function invitation(email: string): Promise<Readonly<{ id: string; token: string }>> {
  const invited = await anna.client.call('invitations.create', { params: { project }, input: { email } });
  if (invited.status !== 'invited' || invited.link === null) throw new Error(invited.status);
  return { id: invited.invitation.id, token: invited.link.split('=')[1] ?? '' };
}

/** Every use of a token, by someone at an address of their own. */
const USES: Readonly<Record<string, (token: string, client: PlatformClient) => Promise<unknown>>> = {
  verify: (token, client) => client.call('auth.verify', { input: { token, password: PASSWORD } }),
  reset: (token, client) => client.call('auth.confirmReset', { input: { token, password: PASSWORD } }),
  signUp: (token, client) =>
    client.call('auth.signUp', {
      input: { email: `x${toHex(crypto.randomBytes(4))}@example.org`, password: PASSWORD, name: 'X', token },
    }),
  lookUpSignUp: (token, client) => client.call('auth.lookUpSignUp', { input: { token } }),
  secondFactor: (ticket, client) => client.call('auth.passkeyOptions', { input: { purpose: 'second-factor', ticket } }),
  lookUp: (token, client) => client.call('invitations.lookUp', { input: { token } }),
};
const OPENS: Readonly<Record<Purpose, readonly string[]>> = {
  verify: ['verify'],
  reset: ['reset'],
  // The invitation of this token doesn't exist, so that nothing but its purpose is right.
  invite: [],
  setup: ['signUp', 'lookUpSignUp'],
  'second-factor': ['secondFactor'],
  claim: [],
  challenge: [],
  'plain-pair': [],
};

describe('a one-time token', () => {
  it.each(PURPOSES)('for %s opens nothing else, and nothing late [S-ACCOUNT-7]', async (purpose) => {
    for (const [name, use] of Object.entries(USES)) {
      const isRight = OPENS[purpose].includes(name);
      const code = await outcome(use(oneTime(purpose), platform.stranger()));
      expect([name, code === 'account.link']).toEqual([name, !isRight]);
      expect([name, await outcome(use(oneTime(purpose, { life: -1 }), platform.stranger()))]).toEqual([
        name,
        'account.link',
      ]);
    }
  });

  it('counts once, also for those who race [S-ACCOUNT-7]', async () => {
    const reset = oneTime('reset');
    const race = await Promise.all(
      [0, 1, 2].map(() => outcome(USES['reset']?.(reset, platform.stranger()) ?? Promise.resolve())),
    );
    expect(race.toSorted()).toEqual(['account.link', 'account.link', 'ok']);
    const tickets = oneTime('second-factor');
    const asked = await Promise.all(
      [0, 1, 2].map(() => outcome(USES['secondFactor']?.(tickets, platform.stranger()) ?? Promise.resolve())),
    );
    expect(asked.toSorted()).toEqual(['account.link', 'account.link', 'account.no-passkey']);
    const setup = oneTime('setup');
    const lookUp = () => outcome(USES['lookUpSignUp']?.(setup, platform.stranger()) ?? Promise.resolve());
    // Looking uses nothing up.
    expect([await lookUp(), await lookUp()]).toEqual(['ok', 'ok']);
    const first = await Promise.all(
      [0, 1].map(() => outcome(USES['signUp']?.(setup, platform.stranger()) ?? Promise.resolve())),
    );
    expect(first.toSorted()).toEqual(['account.link', 'ok']);
    expect(await lookUp()).toBe('account.link');
    const verify = oneTime('verify');
    const again = await Promise.all(
      [0, 1].map(() => outcome(USES['verify']?.(verify, platform.stranger()) ?? Promise.resolve())),
    );
    expect(again.toSorted()).toEqual(['account.link', 'ok']);
    expect(await outcome(USES['verify']?.(verify, platform.stranger()) ?? Promise.resolve())).toBe('account.link');
  });

  it('that resets a password ends all sessions, API tokens and other links, and no second factor [S-ACCOUNT-7]', async () => {
    const ben = platform.person('Ben');
    const passkey = new SoftwarePasskey(ben.account);
    platform.run(
      "insert into passkeys (id, account, public_key, counter, transports, name, created_at) values (?, ?, ?, 0, '[]', 'Key', 1)",
      passkey.id,
      ben.account,
      passkey.publicKey,
    );
    await ben.client.call('account.setSecondFactor', { input: { required: true } });
    const api = platform.client({ token: platform.session(ben.account, { kind: 'api' }) });
    expect(await outcome(api.call('account.get'))).toBe('ok');
    const [first, second] = [oneTime('reset', { account: ben.account }), oneTime('reset', { account: ben.account })];
    const ticket = oneTime('second-factor', { account: ben.account });
    // What a thief has prepared: another address, a code for a claim, and a device.
    oneTime('verify', { account: ben.account, email: 'mallory@example.org' });
    await ben.client.call('account.createLinkCode');
    const { id } = await ben.client.call('projects.create', { input: { name: 'Home' } });
    await ben.client.call('devices.enrol', { params: { project: id } });
    const stranger = platform.stranger();
    const confirmed = await stranger.call('auth.confirmReset', { input: { token: first, password: OTHER_PASSWORD } });
    expect(confirmed.status).toBe('passkey-needed');
    expect(await outcome(ben.client.call('account.get'))).toBe('platform.signed-out');
    expect(await outcome(api.call('account.get'))).toBe('platform.signed-out');
    expect(await outcome(USES['reset']?.(second, platform.stranger()) ?? Promise.resolve())).toBe('account.link');
    expect(await outcome(USES['secondFactor']?.(ticket, platform.stranger()) ?? Promise.resolve())).toBe(
      'account.link',
    );
    expect(
      platform.rows(
        "select purpose from one_time where account = ? and purpose <> 'second-factor' and used_at is null",
        ben.account,
      ),
    ).toEqual([]);
    expect(platform.rows('select id from enrol_tickets where account = ?', ben.account)).toEqual([]);
  });

  it('for another address counts neither with an API token nor after a new password [S-ACCOUNT-7]', async () => {
    const ben = platform.person('Ben');
    const api = platform.client({ token: platform.session(ben.account, { kind: 'api' }) });
    const token = oneTime('verify', { account: ben.account, email: 'mallory@example.org' });
    expect(await outcome(api.call('auth.verify', { input: { token } }))).toBe('account.credentials');
    await ben.client.call('account.setPassword', { input: { password: OTHER_PASSWORD } });
    expect(await outcome(ben.client.call('auth.verify', { input: { token } }))).toBe('account.link');
    expect(platform.rows('select email from accounts where id = ?', ben.account)).toEqual([{ email: ben.email }]);
  });
});

describe('an invitation', () => {
  it('takes one of those who race for it in, and leaves no account behind of the others [S-ACCOUNT-8]', async () => {
    const before = platform.rows('select id from accounts').length;
    const { token } = await invitation('cid@example.org');
    const [dan, eva] = [platform.person('Dan'), platform.person('Eva')];
    const raced = await Promise.all([
      ...[dan, eva].map(({ client }) => outcome(client.call('invitations.redeem', { input: { token } }))),
      ...[0, 1].map(() => outcome(USES['signUp']?.(token, platform.stranger()) ?? Promise.resolve())),
    ]);
    expect(raced.toSorted()).toEqual(['account.link', 'account.link', 'account.link', 'ok']);
    expect(
      platform.rows('select account from project_people where project = ?', project.replaceAll('-', '')),
    ).toHaveLength(2);
    const isSignUp = raced.lastIndexOf('ok') > 1;
    expect(platform.rows('select id from accounts')).toHaveLength(before + 2 + (isSignUp ? 1 : 0));
  });

  it('is either cancelled or used, by a link or by its address [S-ACCOUNT-8]', async () => {
    for (let round = 0; round < 4; round += 1) {
      const fay = platform.person('Fay', { verified: true });
      // Unknown to the relay when she is invited; she proves her address before she answers.
      platform.run('update accounts set email_verified_at = null where id = ?', fay.account);
      const { id, token } = await invitation(fay.email);
      platform.run('update accounts set email_verified_at = 1 where id = ?', fay.account);
      const gil = platform.person('Gil');
      const raced = await Promise.all([
        outcome(anna.client.call('invitations.cancel', { params: { project, invitation: id } })),
        outcome(fay.client.call('invitations.accept', { params: { invitation: id } })),
        outcome(gil.client.call('invitations.redeem', { input: { token } })),
        outcome(fay.client.call('invitations.decline', { params: { invitation: id } })),
      ]);
      expect(raced.filter((code) => code === 'ok')).toHaveLength(1);
      const members = await anna.client.call('people.list', { params: { project } });
      const joined = members.people.filter(({ id: person }) => [fay.id, gil.id].includes(person));
      expect(joined).toHaveLength(raced[1] === 'ok' || raced[2] === 'ok' ? 1 : 0);
    }
  });
});

describe('a stolen database', () => {
  it('opens no session, link, API token, passkey or configuration [S-ACCOUNT-6]', async () => {
    const ida = platform.person('Ida');
    const passkey = new SoftwarePasskey(ida.account);
    platform.run(
      "insert into passkeys (id, account, public_key, counter, transports, name, created_at) values (?, ?, ?, 0, '[]', 'Key', 1)",
      passkey.id,
      ida.account,
      passkey.publicKey,
    );
    await ida.client.call('account.setPassword', { input: { password: PASSWORD } });
    const { secret } = await ida.client.call('tokens.create', { input: { name: 'Script', days: 1 } });
    const { token: invite } = await invitation('joe@example.org');
    await ida.client.call('account.createLinkCode');
    const configuration = await ida.client.call('skillConfigs.create', {
      input: {
        skill: 'privaclaw',
        name: 'Node',
        config: {
          relay_url: 'wss://relay.example/connect',
          node_id: 'node-1',
          auth_token: 'the token of a node that no one reads',
        },
      },
    });
    for (const purpose of PURPOSES) oneTime(purpose, { account: ida.account });

    const stolen = await mkdtemp(join(tmpdir(), 'clawreach-stolen-'));
    onTestFinished(() => rm(stolen, { recursive: true, force: true }));
    await copyDatabase(platform.directory, stolen);
    const database = new DatabaseSync(join(stolen, 'relay.db'));
    const candidates = new Set<string>();
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
    for (const { name } of tables) {
      for (const row of database.prepare(`select * from "${String(name)}"`).all()) {
        for (const value of Object.values(row)) {
          if (value instanceof Uint8Array) {
            candidates
              .add(toBase64Url(value))
              .add(toHex(value))
              .add(`clawreach_${toBase64Url(value)}`);
          } else if (typeof value === 'string') candidates.add(value);
        }
      }
    }
    database.close();
    for (const known of [ida.cookie, secret, invite, PASSWORD, 'the token of a node that no one reads']) {
      expect([...candidates].some((text) => text.includes(known))).toBe(false);
    }
    let tried = 0;
    for (const text of candidates) {
      if (!/^[\w-]{10,128}$/.test(text)) continue;
      tried += 1;
      const cookie = platform.client({ cookie: text });
      expect([text, await outcome(cookie.call('account.get'))]).toEqual([text, 'platform.signed-out']);
      const bearer = platform.client({ token: text });
      expect([text, await outcome(bearer.call('account.get'))]).toEqual([text, 'platform.signed-out']);
      if (!/^[\w-]{43}$/.test(text)) continue;
      for (const use of Object.values(USES)) {
        expect([text, await outcome(use(text, platform.stranger()))]).toEqual([text, 'account.link']);
      }
    }
    expect(tried).toBeGreaterThan(20);
    // The thief's own relay has other keys: it neither reads what is sealed nor makes challenges that count here.
    const thief = await startRelay({
      dataDirectory: stolen,
      listen: { host: '127.0.0.1', port: 0 },
      tls: { mode: 'off' },
      stun: 'off',
      accounts: {},
    });
    onTestFinished(() => thief.close({ drain: 0 }));
    const token = `clawreach_${toBase64Url(crypto.randomBytes(32))}`;
    const changed = new DatabaseSync(join(stolen, 'relay.db'));
    const year = Date.now() + 31_536_000_000;
    changed
      .prepare("insert into account_sessions values (?, ?, ?, 'api', 'x', '', '', 1, ?, ?, null)")
      .run('f'.repeat(32), ida.account, crypto.sha256(toUtf8(token)), Date.now(), year);
    changed.close();
    const there = createPlatformClient({ origin: `http://127.0.0.1:${thief.port}`, token, fetch });
    expect((await there.call('account.get')).email).toBe(ida.email);
    const read = there.call('skillConfigs.get', { params: { configuration: configuration.id } });
    expect(await outcome(read)).not.toBe('ok');
    const { challenge } = await there.call('auth.passkeyOptions', { input: { purpose: 'sign-in' } });
    const response = passkey.answer(challenge, origin);
    expect(await outcome(platform.stranger().call('auth.verifyPasskey', { input: { response } }))).toBe(
      'account.passkey',
    );
  });
});
