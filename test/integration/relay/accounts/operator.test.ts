import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startRelay } from '#relay/index.ts';
import { CLAWREACH_RELAY } from '#test/support/e2e/commands.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { TestBrowser } from '#test/support/accounts/test-browser.ts';
import { pngPicture } from '#test/support/pictures.ts';

const PASSWORD = 'correct horse battery';
const run = promisify(execFile);

/** Runs `clawreach-relay account …` in a process of its own, and returns what it printed and its status. */
async function account(
  data: string,
  ...words: readonly string[]
): Promise<Readonly<{ out: string; error: string; status: number }>> {
  try {
    const { stdout, stderr } = await run(process.execPath, [CLAWREACH_RELAY, 'account', ...words, '--data', data]);
    return { out: stdout, error: stderr, status: 0 };
  } catch (failure) {
    const { stdout, stderr, code } = failure as { stdout: string; stderr: string; code: number };
    return { out: stdout, error: stderr, status: code };
  }
}

const tokenIn = (text: string): string => /#reset=([A-Za-z0-9_-]{43})$/m.exec(text)?.[1] ?? '';

test('the operator creates, lists, disables, enables and resets accounts beside a running relay', async () => {
  const data = join(temporaryDirectory(), 'data');
  const relay = await startRelay({
    dataDirectory: data,
    listen: { host: '127.0.0.1', port: 0 },
    tls: { mode: 'off' },
    stun: 'off',
    accounts: { signUp: 'closed' },
  });
  onTestFinished(() => relay.close({ drain: 0 }));
  const url = `http://127.0.0.1:${relay.port}`;
  const browser = new TestBrowser(url);
  expect(relay.firstAccount?.path).toBe(join(data, 'first-account.txt'));

  expect((await account(data, 'list')).out).toBe('There are no accounts.\n');
  const created = await account(data, 'create', 'Anna@Example.org', '--public-url', 'https://relay.example');
  expect(created.out).toContain('Created anna@example.org.');
  expect(created.out).toMatch(/https:\/\/relay\.example\/reset-password#reset=/);
  // No one else becomes the first account now.
  expect(existsSync(join(data, 'first-account.txt'))).toBe(false);
  expect((await account(data, 'create', 'anna@example.org')).error).toContain('already has an account');
  const reset = { token: tokenIn(created.out), password: PASSWORD };
  expect((await browser.call('auth.confirmReset', reset)).output).toMatchObject({
    status: 'signed-in',
    account: { name: 'anna', email: 'anna@example.org', emailVerified: false },
  });
  expect((await browser.call('auth.confirmReset', reset)).code).toBe('account.link');

  expect((await account(data, 'disable', 'anna@example.org')).out).toContain('Disabled anna@example.org.');
  expect((await browser.call('account.get')).code).toBe('platform.signed-out');
  const signIn = { email: 'anna@example.org', password: PASSWORD };
  expect((await browser.call('auth.signIn', signIn)).code).toBe('account.disabled');
  expect((await account(data, 'list')).out).toMatch(
    /^anna@example\.org {2}anna {2}disabled, unverified {2}used never$/m,
  );

  expect((await account(data, 'enable', 'anna@example.org')).status).toBe(0);
  expect((await browser.call('auth.signIn', signIn)).output.status).toBe('signed-in');
  const again = await account(data, 'reset', 'anna@example.org', '--remove-passkeys');
  expect(again.out).toContain("Put the relay's address in the place of YOUR-RELAY");
  const fresh = { token: tokenIn(again.out), password: 'another good password' };
  expect((await browser.call('auth.confirmReset', fresh)).output.status).toBe('signed-in');
  expect((await new TestBrowser(url).call('auth.signIn', signIn)).code).toBe('account.credentials');
  // The database has no token, and neither has the file beside it.
  for (const name of ['relay.db', 'relay.db-wal']) {
    const bytes = await readFile(join(data, name));
    for (const token of [reset.token, fresh.token]) expect(bytes.includes(token)).toBe(false);
  }
});

test('the operator removes the picture of an account beside a running relay, which the account learns and finds in its export', async () => {
  const data = join(temporaryDirectory(), 'data');
  const relay = await startRelay({
    dataDirectory: data,
    listen: { host: '127.0.0.1', port: 0 },
    tls: { mode: 'off' },
    stun: 'off',
    accounts: { signUp: 'closed' },
  });
  onTestFinished(() => relay.close({ drain: 0 }));
  const url = `http://127.0.0.1:${relay.port}`;
  const browser = new TestBrowser(url);
  const token = tokenIn((await account(data, 'create', 'anna@example.org')).out);
  expect((await browser.call('auth.confirmReset', { token, password: PASSWORD })).output.status).toBe('signed-in');
  const headers = { Origin: url, Cookie: `__Host-clawreach=${browser.session ?? ''}` };
  const set = () =>
    fetch(`${url}/api/v1/account/picture`, {
      method: 'PUT',
      headers: { ...headers, 'Content-Type': 'image/png' },
      body: pngPicture(),
    });
  expect((await set()).status).toBe(200);
  const { picture } = (await browser.call('account.get')).output;
  const read = async () => (await fetch(`${url}/api/v1/pictures/${picture ?? ''}`, { headers })).status;
  expect(await read()).toBe(200);
  expect((await account(data, 'list')).out).toMatch(/unverified, picture /);

  expect((await account(data, 'remove-picture', 'anna@example.org')).out).toBe(
    'Removed the picture of anna@example.org. Pages that are open show it until they are loaded again.\n',
  );
  expect((await browser.call('account.get')).output.picture).toBeNull();
  expect(await read()).toBe(404);
  expect((await account(data, 'list')).out).not.toContain('picture');
  const { audit } = (await browser.call('account.export')).output;
  expect(audit[0]).toMatchObject({ event: 'picture.removed', subject: 'operator' });

  expect((await account(data, 'remove-picture', 'anna@example.org')).out).toBe('anna@example.org has no picture.\n');
  expect(await account(data, 'remove-picture', 'ben@example.org')).toMatchObject({ status: 1 });
  // The person can set another.
  expect((await set()).status).toBe(200);
  expect(await read()).toBe(200);
});

test.each([
  [['create', 'nobody'], /not an e-mail address: nobody {2}\[relay\.account-email\]\n {2}Give it as/],
  [['reset', 'nobody@example.org'], /is no data folder of a relay {2}\[relay\.data-folder\]\n {2}.*--data DIR/],
  [['list'], /is no data folder of a relay {2}\[relay\.data-folder\]\n {2}.*--data DIR/],
])('%j of a folder without a relay ends with the reason and a next step', async (words, reason) => {
  const data = join(temporaryDirectory(), 'nothing');
  const { status, error } = await account(data, ...words);
  expect(status).toBe(1);
  expect(error).toMatch(reason);
  expect(existsSync(data)).toBe(false);
});

test('the help names every subcommand, and a mistyped one ends with status 2', async () => {
  const help = await account('/nowhere', '--help');
  for (const word of ['create', 'reset', 'list', 'disable', 'enable', 'remove-picture'])
    expect(help.out).toContain(word);
  expect((await account('/nowhere', 'delete')).status).toBe(2);
});

test.each([
  [{ accounts: {} }, 'relay.accounts-address'],
  [{ accounts: {}, publicUrls: ['ws://relay.example:7474'] }, 'relay.accounts-address'],
  [{ accounts: { signUp: 'open' }, publicUrls: ['https://relay.example'] }, 'relay.accounts-mail'],
  [
    {
      accounts: { mail: { url: 'http://mail.example', from: 'a@example.org' } },
      publicUrls: ['https://relay.example'],
    },
    'relay.mail',
  ],
  [
    { accounts: { mail: { url: 'smtp://mail.example', from: '' } }, publicUrls: ['https://relay.example'] },
    'relay.mail',
  ],
] as const)('a relay with %j does not start: %s', async (options, code) => {
  const dataDirectory = temporaryDirectory();
  const start = () => startRelay({ dataDirectory, listen: { port: 0 }, tls: { mode: 'off' }, stun: 'off', ...options });
  await expect(start()).rejects.toMatchObject({ code });
  // Its database is free again.
  await expect(start()).rejects.toMatchObject({ code });
});

test('a mistyped command names the commands that there are, and starts no relay', async () => {
  const mistyped = run(process.execPath, [CLAWREACH_RELAY, 'bakcup', temporaryDirectory()]);
  await expect(mistyped).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(
      'error: bakcup is no command. Did you mean backup? There are: account, instance, backup, help\n',
    ),
  });
});
