import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fromUuid, PLATFORM_LIMITS } from '#shared/platform/index.ts';
import { FIRST_ACCOUNT_FILE } from '#relay/accounts/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { startAccountsRelay, tokenIn, type AccountsRelay } from '#test/support/accounts/accounts-relay.ts';
import { addInvitation } from '#test/support/accounts/test-ports.ts';

const PASSWORD = 'correct horse battery';
const OTHER_PASSWORD = 'another good password';
const PROJECT = '1'.repeat(32);

/** Signs a first person up by the link of the first start. */
async function signUpOwner(relay: AccountsRelay): Promise<string> {
  const link = await relay.accounts.start();
  const { output } = await relay.browser().call('auth.signUp', {
    email: 'owner@example.org',
    password: PASSWORD,
    name: 'Owner',
    token: /=([^=]+)$/.exec(link?.link ?? '')?.[1],
  });
  if (output.status !== 'signed-in') throw new Error(output.status);
  return fromUuid(output.account.id);
}

async function members(relay: AccountsRelay): Promise<readonly string[]> {
  const rows = await relay.store.read((database) =>
    database
      .selectFrom('project_people')
      .innerJoin('accounts', 'accounts.id', 'project_people.account')
      .select('accounts.email')
      .orderBy('accounts.email')
      .execute(),
  );
  return rows.map(({ email }) => email);
}

async function accountCount(relay: AccountsRelay): Promise<number> {
  const rows = await relay.store.read((database) => database.selectFrom('accounts').select('id').execute());
  return rows.length;
}

describe('signing up at an open relay', () => {
  let relay: AccountsRelay;
  beforeAll(async () => {
    relay = await startAccountsRelay({ signUp: 'open' });
  });
  afterAll(() => relay.stop());

  it('makes an account only of an answered mail, and with the password of that sign-up [S-ACCOUNT-8]', async () => {
    const browser = relay.browser();
    const signUp = { email: 'Anna@Example.org', password: PASSWORD, name: 'Anna' };
    const asked = await browser.call('auth.signUp', signUp);
    expect([asked.status, asked.output]).toEqual([200, { status: 'verify' }]);
    expect(browser.session).toBeUndefined();
    const token = tokenIn(await relay.mailTo('anna@example.org'));
    expect(await accountCount(relay)).toBe(0);
    expect((await browser.call('auth.signIn', { email: signUp.email, password: PASSWORD })).code).toBe(
      'account.credentials',
    );
    expect((await browser.call('auth.verify', { token })).code).toBe('account.credentials');
    expect((await browser.call('auth.verify', { token, password: OTHER_PASSWORD })).code).toBe('account.credentials');
    const verified = await browser.call('auth.verify', { token, password: PASSWORD });
    expect(verified.output).toMatchObject({
      status: 'signed-in',
      account: { email: 'anna@example.org', emailVerified: true, name: 'Anna', hasPassword: true, passkeys: 0 },
    });
    expect((await browser.call('account.get')).output.email).toBe('anna@example.org');
    // The link counts once.
    expect((await relay.browser().call('auth.verify', { token, password: PASSWORD })).code).toBe('account.link');
  });

  it('with a foreign address gains nothing when its owner opens the mail [S-ACCOUNT-8]', async () => {
    const attacker = relay.browser();
    await attacker.call('auth.signUp', { email: 'bea@example.org', password: PASSWORD, name: 'Mallory' });
    const foreign = tokenIn(await relay.mailTo('bea@example.org'));
    const owner = relay.browser();
    await owner.call('auth.signUp', { email: 'bea@example.org', password: OTHER_PASSWORD, name: 'Bea' });
    const own = tokenIn(await relay.mailTo('bea@example.org'));
    // Bea doesn't know the password of the sign-up that isn't hers.
    expect((await owner.call('auth.verify', { token: foreign, password: OTHER_PASSWORD })).code).toBe(
      'account.credentials',
    );
    expect((await owner.call('auth.verify', { token: own, password: OTHER_PASSWORD })).output.status).toBe('signed-in');
    // The other sign-up is over, also for someone who has both its password and the mail.
    expect((await attacker.call('auth.verify', { token: foreign, password: PASSWORD })).code).toBe('account.link');
    expect((await attacker.call('auth.signIn', { email: 'bea@example.org', password: PASSWORD })).code).toBe(
      'account.credentials',
    );
  });

  it('with the address of an account mails its owner, and changes nothing', async () => {
    const browser = relay.browser();
    const asked = await browser.call('auth.signUp', {
      email: 'anna@example.org',
      password: OTHER_PASSWORD,
      name: 'Mallory',
    });
    expect(asked.output).toEqual({ status: 'verify' });
    expect(await relay.mailTo('anna@example.org')).toMatchObject({ kind: 'account-exists' });
    expect((await browser.call('auth.signIn', { email: 'anna@example.org', password: PASSWORD })).output.status).toBe(
      'signed-in',
    );
  });

  it('keeps the three newest sign-ups of an address', async () => {
    const tokens: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      await relay.browser().call('auth.signUp', { email: 'cid@example.org', password: PASSWORD, name: 'Cid' });
      tokens.push(tokenIn(await relay.mailTo('cid@example.org')));
    }
    const rows = await relay.store.read((database) => database.selectFrom('sign_ups').select('hash').execute());
    expect(rows).toHaveLength(3);
    const verified = await relay.browser().call('auth.verify', { token: tokens[4] ?? '', password: PASSWORD });
    expect(verified.output.status).toBe('signed-in');
  });

  it.each(['qwertyuiop', 'Password123', 'dan.long-name'])('rejects the common password %s', async (password) => {
    const answer = await relay.browser().call('auth.signUp', { email: 'dan.long-name@x.org', password, name: 'Dan' });
    expect([answer.status, answer.code]).toEqual([422, 'account.weak-password']);
  });

  it.each([
    ['too short a password', { password: 'nine char' }],
    ['too long a password', { password: 'é'.repeat(129) }],
    ['half a character', { password: 'half a \ud800 character' }],
    ['no address', { email: 'no address' }],
    ['two addresses', { email: 'a@example.org,b@example.org' }],
    ['markup in a name', { name: '<b>Dan</b>' }],
    ['a malformed token', { token: 'short' }],
    ['an unknown field', { isAdmin: true }],
  ])('rejects %s', async (_, wrong) => {
    const answer = await relay
      .browser()
      .send('auth.signUp', { email: 'dan@example.org', password: PASSWORD, name: 'Dan', ...wrong });
    expect([answer.status, answer.code]).toEqual([400, 'platform.input']);
  });
});

describe('signing up at a relay by invitation', () => {
  let relay: AccountsRelay;
  let owner: string;
  const clock = new FakeClock();
  beforeAll(async () => {
    relay = await startAccountsRelay({ clock });
    owner = await signUpOwner(relay);
  });
  afterEach(() => relay.store.transact((transaction) => transaction.deleteFrom('invitations').execute()));
  afterAll(() => relay.stop());

  const invite = (email: string, life = 1000): Promise<void> =>
    addInvitation(relay.store, { project: PROJECT, owner, email, expiresAt: clock.now() + life });
  const inviteLink = async (email: string): Promise<string> => {
    await invite(email, PLATFORM_LIMITS.invitationLife);
    return relay.store.transact((transaction) =>
      relay.accounts.parts.tokens.create(
        transaction,
        { purpose: 'invite', project: PROJECT, email },
        clock.now() + PLATFORM_LIMITS.invitationLife,
      ),
    );
  };

  it('sends no mail to an address that was not invited', async () => {
    const answer = await relay.browser().call('auth.signUp', { email: 'no@x.org', password: PASSWORD, name: 'No' });
    expect(answer.output).toEqual({ status: 'verify' });
    await expect(relay.mailTo('no@x.org')).rejects.toThrow('no mail');
  });

  it('gives an invited address its seat only after its mail was answered', async () => {
    await invite('eva@example.org', PLATFORM_LIMITS.invitationLife);
    const browser = relay.browser();
    await browser.call('auth.signUp', { email: 'eva@example.org', password: PASSWORD, name: 'Eva' });
    const token = tokenIn(await relay.mailTo('eva@example.org'));
    expect(await members(relay)).not.toContain('eva@example.org');
    await browser.call('auth.verify', { token, password: PASSWORD });
    expect(await members(relay)).toContain('eva@example.org');
  });

  it('does not count an invitation that was cancelled while the mail waited', async () => {
    await invite('fay@example.org');
    const browser = relay.browser();
    await browser.call('auth.signUp', { email: 'fay@example.org', password: PASSWORD, name: 'Fay' });
    const token = tokenIn(await relay.mailTo('fay@example.org'));
    await relay.store.transact((transaction) =>
      transaction.updateTable('invitations').set({ status: 'cancelled' }).execute(),
    );
    expect((await browser.call('auth.verify', { token, password: PASSWORD })).code).toBe('account.link');
  });

  it('does not count a mail that is answered an hour late', async () => {
    await invite('gil@example.org', PLATFORM_LIMITS.invitationLife);
    const browser = relay.browser();
    await browser.call('auth.signUp', { email: 'gil@example.org', password: PASSWORD, name: 'Gil' });
    const token = tokenIn(await relay.mailTo('gil@example.org'));
    await clock.jump(PLATFORM_LIMITS.mailedLink);
    expect((await browser.call('auth.verify', { token, password: PASSWORD })).code).toBe('account.link');
  });

  it('takes an unproved address in by the token of a link, and asks whether the address is right', async () => {
    const token = await inviteLink('hal@example.org');
    const browser = relay.browser();
    const signedUp = await browser.call('auth.signUp', {
      email: 'hal.private@example.org',
      password: PASSWORD,
      name: 'Hal',
      token,
    });
    expect(signedUp.output).toMatchObject({ status: 'signed-in', account: { emailVerified: false } });
    expect(await members(relay)).toContain('hal.private@example.org');
    const verify = await relay.mailTo('hal.private@example.org');
    expect(verify.kind).toBe('verify');
    // With the account's session, without its password.
    const verified = await browser.call('auth.verify', { token: tokenIn(verify) });
    expect(verified.output).toMatchObject({ status: 'signed-in', account: { emailVerified: true } });
    // An invitation of the unproved address gave nothing before, and does so now.
  });

  it('gives an unproved address nothing that it was invited to by others [S-ACCOUNT-8]', async () => {
    const token = await inviteLink('ida@example.org');
    const otherProject = '2'.repeat(32);
    await addInvitation(relay.store, {
      project: otherProject,
      owner,
      email: 'victim@example.org',
      expiresAt: clock.now() + 1000,
    });
    await relay
      .browser()
      .call('auth.signUp', { email: 'victim@example.org', password: PASSWORD, name: 'Mallory', token });
    const seats = await relay.store.read((database) =>
      database.selectFrom('project_people').select('account').where('project', '=', otherProject).execute(),
    );
    expect(seats).toEqual([]);
  });

  it('lets one of two racing sign-ups use a link [S-ACCOUNT-8]', async () => {
    const token = await inviteLink('jo@example.org');
    const before = await accountCount(relay);
    const answers = await Promise.all(
      ['jo.one@example.org', 'jo.two@example.org'].map((email) =>
        relay.browser().call('auth.signUp', { email, password: PASSWORD, name: 'Jo', token }),
      ),
    );
    expect(answers.map(({ code }) => code ?? 'signed-in').sort()).toEqual(['account.link', 'signed-in']);
    expect(await accountCount(relay)).toBe(before + 1);
  });

  it('leaves no account behind, and the link as it was, when the invitation is over', async () => {
    const token = await inviteLink('kay@example.org');
    await relay.store.transact((transaction) =>
      transaction.updateTable('invitations').set({ status: 'declined' }).execute(),
    );
    const before = await accountCount(relay);
    const signUp = { email: 'kay@example.org', password: PASSWORD, name: 'Kay', token };
    expect((await relay.browser().call('auth.signUp', signUp)).code).toBe('account.link');
    expect(await accountCount(relay)).toBe(before);
  });

  it('does not take an account over with a link', async () => {
    const token = await inviteLink('lea@example.org');
    const answer = await relay
      .browser()
      .call('auth.signUp', { email: 'owner@example.org', password: OTHER_PASSWORD, name: 'Mallory', token });
    expect([answer.status, answer.code]).toEqual([409, 'account.exists']);
    // The link is still good for someone else.
    const signUp = { email: 'lea@example.org', password: PASSWORD, name: 'Lea', token };
    expect((await relay.browser().call('auth.signUp', signUp)).output.status).toBe('signed-in');
  });

  it('rejects a link after its time, and one of another purpose, before a password is hashed', async () => {
    const late = await inviteLink('mia@example.org');
    await clock.jump(PLATFORM_LIMITS.invitationLife);
    const reset = await relay.store.transact((transaction) =>
      relay.accounts.parts.tokens.create(transaction, { purpose: 'reset', account: owner }, clock.now() + 1000),
    );
    const hashes = relay.hashes();
    for (const token of [late, reset, 'A'.repeat(43)]) {
      const signUp = { email: 'mia@example.org', password: PASSWORD, name: 'Mia', token };
      expect((await relay.browser().call('auth.signUp', signUp)).code).toBe('account.link');
    }
    expect(relay.hashes()).toBe(hashes);
  });
});

describe('the first account', () => {
  it('signs up by a link in a file for the owner of the relay only, once, also at a closed relay without mail', async () => {
    const relay = await startAccountsRelay({ signUp: 'closed', mail: false });
    try {
      const shown = await relay.accounts.start();
      const path = join(relay.directory, FIRST_ACCOUNT_FILE);
      expect(shown).toEqual({ path, link: expect.stringMatching(/#sign-up=[A-Za-z0-9_-]{43}$/) });
      expect(shown?.link).toMatch(`${relay.origin}/auth#`);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readFile(path, 'utf8')).toBe(`${shown?.link}\n`);
      const token = shown?.link?.split('=')[1] ?? '';
      const signUp = { email: 'first@example.org', password: PASSWORD, name: 'First' };
      expect((await relay.browser().call('auth.signUp', signUp)).code).toBe('account.sign-up');
      const browser = relay.browser();
      const first = await browser.call('auth.signUp', { ...signUp, token });
      expect(first.output).toMatchObject({ status: 'signed-in', account: { emailVerified: false } });
      await expect(stat(path)).rejects.toThrow('ENOENT');
      const again = await relay.browser().call('auth.signUp', { ...signUp, email: 'second@example.org', token });
      expect(again.code).toBe('account.sign-up');
      // A later sign-in needs no verified address.
      expect(
        (await relay.browser().call('auth.signIn', { email: signUp.email, password: PASSWORD })).code,
      ).toBeUndefined();
      expect(JSON.stringify(relay.log)).not.toContain(token);
    } finally {
      await relay.stop();
    }
  });

  it('keeps its link over restarts until the link expires', async () => {
    const clock = new FakeClock();
    const relay = await startAccountsRelay({ clock, mail: false });
    try {
      const first = await relay.accounts.firstAccount.prepare();
      expect(first?.link).toBeDefined();
      expect(await relay.accounts.firstAccount.prepare()).toEqual({ path: first?.path, link: undefined });
      await clock.jump(7 * 24 * 3_600_000);
      const renewed = await relay.accounts.firstAccount.prepare();
      expect(renewed?.link).toBeDefined();
      expect(renewed?.link).not.toBe(first?.link);
    } finally {
      await relay.stop();
    }
  });
});

describe('a relay without a mail server', () => {
  it('says so to everyone who would need a mail', async () => {
    const relay = await startAccountsRelay({ mail: false });
    try {
      const browser = relay.browser();
      const signUp = { email: 'nia@example.org', password: PASSWORD, name: 'Nia' };
      expect((await browser.call('auth.signUp', signUp)).code).toBe('account.no-mail');
      expect((await browser.call('auth.reset', { email: 'nia@example.org' })).code).toBe('account.no-mail');
    } finally {
      await relay.stop();
    }
  });
});
