import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { PasswordHasher } from '#relay/accounts/index.ts';
import { startAccountsRelay, type AccountsRelay } from '#test/support/accounts/accounts-relay.ts';
import type { ApiAnswer } from '#test/support/accounts/test-browser.ts';

const PASSWORD = 'correct horse battery';
const WRONG = 'wrong horse battery';

/** Everything of an answer that a stranger can tell from another one. */
function visible({ status, text, headers }: Pick<ApiAnswer<'auth.reset'>, 'status' | 'text' | 'headers'>): unknown {
  return { status, text, headers: [...headers].filter(([name]) => name !== 'date') };
}

describe('to a stranger, an address with an account', () => {
  let relay: AccountsRelay;
  beforeAll(async () => {
    relay = await startAccountsRelay({ signUp: 'open' });
    const now = relay.accounts.parts.clock.now();
    const password = await relay.accounts.parts.hasher.hash(PASSWORD);
    const account = (id: string, more: object) => ({
      id: id.repeat(32),
      email: `${id}@example.org`,
      email_verified_at: now,
      name: 'Anna',
      password,
      created_at: now,
      disabled_at: null,
      second_factor: 0 as const,
      ...more,
    });
    await relay.store.transact(async (transaction) => {
      await transaction
        .insertInto('accounts')
        .values([
          account('a', {}),
          account('b', { email_verified_at: null }),
          account('c', { disabled_at: now }),
          account('d', { password: null }),
          account('e', { second_factor: 1 }),
        ])
        .execute();
    });
  });
  afterAll(() => relay.stop());

  const ADDRESSES = ['none', 'a', 'b', 'c', 'd', 'e'].map((name) => `${name}@example.org`);

  it.each([
    ['sign-in', (email: string) => relay.browser().call('auth.signIn', { email, password: WRONG })],
    ['sign-up', (email: string) => relay.browser().call('auth.signUp', { email, password: WRONG, name: 'Anna' })],
    ['reset', (email: string) => relay.browser().call('auth.reset', { email })],
  ] as const)(
    'looks like one without at a %s, whatever its state, by answer and work [S-ACCOUNT-5]',
    async (_, send) => {
      const answers = new Set<string>();
      const hashes = new Set<number>();
      for (const email of ADDRESSES) {
        const before = relay.hashes();
        answers.add(JSON.stringify(visible(await send(email))));
        hashes.add(relay.hashes() - before);
      }
      expect([...answers]).toHaveLength(1);
      expect([...hashes]).toHaveLength(1);
    },
  );

  it('is answered before anything is written for it [S-ACCOUNT-5]', async () => {
    await relay.accounts.parts.background.settle();
    const gate = Promise.withResolvers<void>();
    const { store } = relay;
    const transact = store.transact.bind(store);
    store.transact = async (...task) => {
      await gate.promise;
      return transact(...task);
    };
    onTestFinished(() => {
      store.transact = transact;
    });
    for (const email of ['none@example.org', 'a@example.org']) {
      const browser = relay.browser();
      expect((await browser.call('auth.signUp', { email, password: PASSWORD, name: 'Anna' })).status).toBe(200);
      expect((await browser.call('auth.reset', { email })).status).toBe(202);
      expect((await browser.call('auth.signIn', { email, password: WRONG })).code).toBe('account.credentials');
    }
    const mails = relay.mails.length;
    gate.resolve();
    await relay.accounts.parts.background.settle();
    expect(relay.mails.length).toBeGreaterThan(mails);
  });

  it('takes as long as one without, with a hash that takes its time [S-ACCOUNT-5]', async () => {
    const hasher = new PasswordHasher({ preferred: { name: 'argon2id', memory: 8192, passes: 2, lanes: 1 } });
    const slow = await startAccountsRelay({ hasher });
    onTestFinished(() => slow.stop());
    const link = await slow.accounts.firstAccount.prepare();
    const anna = { email: 'anna@example.org', password: PASSWORD, name: 'Anna' };
    await slow.browser().call('auth.signUp', { ...anna, token: link?.link?.split('=')[1] });
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 40; round += 1) {
      const isKnown = round % 2 === 0;
      const email = isKnown ? anna.email : `nobody${round}@example.org`;
      const start = performance.now();
      expect((await slow.browser().call('auth.signIn', { email, password: WRONG })).code).toBe('account.credentials');
      times[isKnown ? 'known' : 'unknown'].push(performance.now() - start);
    }
    // The fastest of each: other work of the machine only makes some slower. Without a hash for no one, the ratio is about ten.
    const ratio = Math.min(...times.known) / Math.min(...times.unknown);
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });
});
